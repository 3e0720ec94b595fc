using NestC.IR;
using NestC.TestKit;
using NestC.Tools;
using Xunit;

namespace NestC.Passes.Tests.Cookbook;

/// <summary>The pages of docs/cookbook about passes: their code is that which is compiled here, and does what they say.</summary>
public sealed class CookbookTests
{
    private static string Page(string name) => File.ReadAllText(Path.Combine(TestData.Checkout, "docs", "cookbook", name));

    [Fact]
    public void WriteAPassShowsTheCodeThatIsCompiled()
    {
        string source = File.ReadAllText(Path.Combine(TestData.Checkout, "test", "NestC.Passes.Tests", "Cookbook", "ShiftForMultiplyPass.cs"));
        Assert.Contains("```csharp\n" + source.TrimEnd() + "\n```", Page("write-a-pass.md"), StringComparison.Ordinal);
        Assert.InRange(source[source.IndexOf("// muli", StringComparison.Ordinal)..].TrimEnd().Split('\n').Length, 10, 30);
    }

    [Theory]
    [InlineData("limit=64", 1)]
    [InlineData("limit=8", 0)]
    public void ThePassDoesWhatThePageSays(string options, int shifts)
    {
        NestContext context = Ir.Context();
        Operation module = Ir.Parse(context, """
            func.func @f(%a: i32) -> i32 {
              %c = arith.constant 16 : i32
              %0 = arith.muli %a, %c : i32
              return %0 : i32
            }
            """);
        PassRegistry registry = new PassRegistry().Add("arith-shift-for-multiply", static () => new ShiftForMultiplyPass());
        PassPipeline pipeline = PipelineParser.Parse(registry, context, $"builtin.module(func.func(arith-shift-for-multiply{{{options}}}))")!;
        SemanticCheck check = new(8);
        PassManager manager = new(pipeline) { Threads = 1 };
        manager.Hooks.Add(check);
        Assert.True(manager.Run(module));
        Assert.Equal(shifts, Ir.Generic(module).Split("arith.shli").Length - 1);
        Assert.Equal(0, check.Differences);
    }

    [Fact]
    public void TestAPassShowsATestThatIsRun()
    {
        string test = File.ReadAllText(Path.Combine(TestData.Checkout, "lit-tests", "Tools", "nest-opt", "test-a-pass.mlir"));
        Assert.Contains("```mlir\n" + test.TrimEnd() + "\n```", Page("test-a-pass.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void ReduceACrashLeavesWhatThePatternNeeds()
    {
        Assert.Contains("--pattern=add-of-add-constant", Page("reduce-a-crash.md"), StringComparison.Ordinal);
        const string Input = """
            func.func @f(%a: i32, %b: i32) -> i32 {
              %c1 = arith.constant 1 : i32
              %c2 = arith.constant 2 : i32
              %0 = arith.muli %a, %b : i32
              %1 = arith.addi %0, %c1 : i32
              %2 = arith.muli %1, %b : i32
              %3 = arith.addi %1, %c2 : i32
              %4 = arith.addi %3, %2 : i32
              return %4 : i32
            }
            """;
        using MemoryStream output = new(), error = new();
        int exit = new ReduceTool(NestC.Tools.Registry.RegisterDialects).Run(["-", "--canonicalize", "--pattern=add-of-add-constant"],
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Input)), output, error);
        string reduced = System.Text.Encoding.UTF8.GetString(output.ToArray());
        Assert.Equal(0, exit);
        Assert.DoesNotContain("muli", reduced, StringComparison.Ordinal);
        Assert.Equal(2, reduced.Split("arith.addi").Length - 1);
    }
}
