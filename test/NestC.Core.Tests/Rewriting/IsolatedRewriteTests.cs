using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

/// <summary>The greedy driver takes isolated operations one after another where it may: what comes out is what a run over the whole gives.</summary>
public class IsolatedRewriteTests
{
    private const string Program = """
        %g = arith.constant 3 : i32
        %h = arith.constant 3 : i32
        "toy.use"(%g, %h) : (i32, i32) -> ()
        "u.region"() ({
          func.func @inner(%x: i32) -> i32 {
            %c = arith.constant 0 : i32
            %0 = arith.addi %c, %x : i32
            return %0 : i32
          }
        }) : () -> ()
        func.func @f(%x: i32, %c: i1) -> i32 {
          %0 = arith.constant 5 : i32
          %1 = arith.constant 5 : i32
          %2 = arith.subi %0, %1 : i32
          %3 = arith.addi %x, %2 : i32
          cf.cond_br %c, ^bb1(%3 : i32), ^bb1(%3 : i32)
        ^bb1(%4: i32):
          return %4 : i32
        ^bb2:
          cf.br ^bb1(%0 : i32)
        }
        module @m {
          func.func private @declared(i32)
          func.func @f(%x: i32) -> i32 {
            %0 = "toy.constant"() <{number = 1 : i32}> : () -> i32
            %1 = "toy.constant"() <{number = 2 : i32}> : () -> i32
            %2 = "toy.add"(%x, %0) : (i32, i32) -> i32
            %3 = "toy.add"(%2, %1) : (i32, i32) -> i32
            return %3 : i32
          }
        }
        """;

    private static readonly RewriteConfig together = new() { TopDown = true, RegionSimplification = RegionSimplification.Normal, MaxRewrites = 1_000_000 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OneByOneAndTogetherGiveTheSame(bool topDown)
    {
        Toy toy = new();
        Operation one = toy.Parse(Program), all = toy.Parse(Program);
        RewriteResult apart = toy.Canonicalize(one, together with { TopDown = topDown, MaxRewrites = RewriteConfig.NoLimit });
        RewriteResult whole = toy.Canonicalize(all, together with { TopDown = topDown });
        Assert.Equal(Toy.Print(all), Toy.Print(one));
        Assert.Equal(whole, apart);
        Assert.DoesNotContain("subi", Toy.Print(one), StringComparison.Ordinal);
        Assert.DoesNotContain("^bb2", Toy.Print(one), StringComparison.Ordinal);
        Assert.False(toy.Canonicalize(one, together with { TopDown = topDown, MaxRewrites = RewriteConfig.NoLimit }).Changed);
    }

    [Fact]
    public void AnOperationThatPatternsStartFromIsNotLeftOut()
    {
        Toy toy = new();
        Operation module = toy.Parse("""
            "toy.isolated"() ({
              %0 = arith.constant 1 : i32
              %1 = arith.constant 2 : i32
              %2 = arith.addi %0, %1 : i32
              "toy.use"(%2) : (i32) -> ()
            }) {inline} : () -> ()
            """);
        // The pattern waits until the body is folded to two operations.
        Assert.True(toy.Canonicalize(module).Changed);
        Assert.DoesNotContain("toy.isolated", Toy.Print(module), StringComparison.Ordinal);
        Assert.Contains("arith.constant 3", Toy.Print(module), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatAPatternChangesElsewhereIsRewrittenToo()
    {
        Toy toy = new();
        Operation module = toy.Parse("""
            func.func @first(%x: i32) -> i32 {
              %0 = "toy.neg"(%x) {l = "here"} : (i32) -> i32
              return %0 : i32
            }
            func.func @second() {
              "toy.meddle"() : () -> ()
              return
            }
            """);
        EarlyVerification verification = new();
        Assert.True(toy.Canonicalize(module, together with { MaxRewrites = RewriteConfig.NoLimit, Verification = verification }).Changed);
        // The pattern made the operation in the other function one that folds.
        Assert.DoesNotContain("toy.neg", Toy.Print(module), StringComparison.Ordinal);
        Assert.DoesNotContain("toy.meddle", Toy.Print(module), StringComparison.Ordinal);
        Assert.True(verification.VerifyRest(module));
    }

    [Fact]
    public void EarlyVerificationLeavesWhatIsNotSoundToTheEnd()
    {
        Toy toy = new();
        Operation module = toy.Parse("func.func @f(%x: i32) -> i32 {\n  return %x : i32\n}\nfunc.func @g(%x: i32) -> i32 {\n  return %x : i32\n}");
        Operation f = module.Region(0).First!.First!, g = f.Next!;
        EarlyVerification verification = new();
        OpBuilder builder = new(toy.Context);
        builder.SetOperands(f.Region(0).First!.Last!, []);
        verification.Finished(f);
        verification.Finished(g);
        Assert.Empty(toy.Said);
        Assert.False(verification.VerifyRest(module));
        Assert.Single(toy.Said);
        // What was found sound is not looked at again, until it is opened.
        builder.SetOperands(f.Region(0).First!.Last!, [f.Region(0).First!.ArgumentAt(0)]);
        builder.SetOperands(g.Region(0).First!.Last!, []);
        Assert.True(verification.VerifyRest(module));
        verification.Reopen();
        Assert.False(verification.VerifyRest(module));
    }
}
