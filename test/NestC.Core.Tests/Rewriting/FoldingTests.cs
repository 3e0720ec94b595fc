using NestC.IR;
using NestC.Rewriting;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

public class FoldingTests
{
    private static string[] Canonical(string body)
    {
        Toy toy = new();
        Operation module = toy.ParseBody(body);
        toy.Canonicalize(module);
        Assert.Empty(toy.Said);
        Assert.True(Verifier.Verify(module));
        return Toy.Body(module);
    }

    [Fact]
    public void ConstantsOfCommutativeOperationsMoveBackAndThenFold() => Assert.Equal(
        ["\"toy.use\"(%arg0) : (i32) -> ()", "return"],
        Canonical("""
            %0 = "toy.constant"() <{number = 0 : i32}> : () -> i32
            %1 = "toy.add"(%0, %x) : (i32, i32) -> i32
            "toy.use"(%1) : (i32) -> ()
            return
            """));

    [Fact]
    public void FoldedConstantsAreMadeOnceAtTheTop() => Assert.Equal(
        [
            "%0 = \"toy.constant\"() <{number = 3 : i32}> : () -> i32", "\"toy.use\"(%0) : (i32) -> ()", "\"toy.use\"(%0) : (i32) -> ()", "return",
        ],
        Canonical("""
            %1 = "toy.constant"() <{number = 1 : i32}> : () -> i32
            %2 = "toy.constant"() <{number = 2 : i32}> : () -> i32
            %a = "toy.add"(%1, %2) : (i32, i32) -> i32
            "toy.use"(%a) : (i32) -> ()
            %b = "toy.add"(%2, %1) : (i32, i32) -> i32
            "toy.use"(%b) : (i32) -> ()
            return
            """));

    [Fact]
    public void ConstantsLeaveRegionsThatAreNotIsolated() => Assert.Equal(
        [
            "%0 = \"toy.constant\"() <{number = 5 : i32}> : () -> i32", "\"toy.once\"() ({", "\"toy.use\"(%0) : (i32) -> ()", "}) : () -> ()",
            "\"toy.use\"(%0) : (i32) -> ()", "return",
        ],
        Canonical("""
            "toy.once"() ({
              %1 = "toy.constant"() <{number = 5 : i32}> : () -> i32
              "toy.use"(%1) : (i32) -> ()
            }) : () -> ()
            %2 = "toy.constant"() <{number = 5 : i32}> : () -> i32
            "toy.use"(%2) : (i32) -> ()
            return
            """));

    [Theory]
    [InlineData("toy.neg", "%arg0")]
    [InlineData("toy.abs", "%0")]
    public void InvolutionAndIdempotenceFollowFromTheTrait(string op, string kept) => Assert.Contains(
        $"\"toy.use\"({kept}) : (i32) -> ()",
        Canonical($"""
            %0 = "{op}"(%x) : (i32) -> i32
            %1 = "{op}"(%0) : (i32) -> i32
            "toy.use"(%1) : (i32) -> ()
            return
            """));

    [Fact]
    public void BinaryIdempotentOfTheSameValueIsTheValue() => Assert.Equal(
        ["\"toy.use\"(%arg0) : (i32) -> ()", "return"],
        Canonical("""
            %0 = "toy.max"(%x, %x) : (i32, i32) -> i32
            "toy.use"(%0) : (i32) -> ()
            return
            """));

    [Fact]
    public void AllResultsOfAnOperationFoldTogether() => Assert.Equal(
        ["%0 = \"toy.constant\"() <{number = 0 : i32}> : () -> i32", "\"toy.use\"(%arg0, %0) : (i32, i32) -> ()", "return"],
        Canonical("""
            %1 = "toy.constant"() <{number = 1 : i32}> : () -> i32
            %q, %r = "toy.divmod"(%x, %1) : (i32, i32) -> (i32, i32)
            "toy.use"(%q, %r) : (i32, i32) -> ()
            return
            """));

    [Fact]
    public void OperationsThatOnlyReadOrAllocateTheirResultsDieWithTheirUses() => Assert.Equal(
        ["\"other.unknown\"() : () -> ()", "return"],
        Canonical("""
            %0 = "toy.read"() : () -> i32
            %1 = "toy.add"(%0, %x) : (i32, i32) -> i32
            %2 = "toy.alloc"() : () -> i32
            "toy.once"() ({
              %3 = "toy.add"(%1, %x) : (i32, i32) -> i32
            }) : () -> ()
            "other.unknown"() : () -> ()
            return
            """));

    [Fact]
    public void AFoldThatCannotBeMaterializedLeavesTheOperation()
    {
        // The toy dialect has no constants of index type.
        string[] body = Canonical("""
            %0 = "toy.constant"() <{number = 1 : i64}> : () -> index
            %1 = "toy.add"(%0, %0) : (index, index) -> index
            "toy.use"(%1) : (index) -> ()
            return
            """);
        Assert.Contains(body, static l => l.Contains("toy.add"));
    }
}
