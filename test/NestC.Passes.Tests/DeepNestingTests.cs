using System.Text;
using Xunit;

namespace NestC.Passes.Tests;

/// <summary>Passes over regions that are nested ten thousand deep, on a small stack.</summary>
public sealed class DeepNestingTests
{
    private const int Depth = 10_000;

    private static string Regions(string innermost)
    {
        StringBuilder text = new("func.func private @g(%a: i32) -> i32 {\n  return %a : i32\n}\nfunc.func @f(%a: i32) -> i32 {\n");
        for (int i = 0; i < Depth; i++) text.Append("\"u.region\"() ({\n");
        text.Append(innermost).Append("\n\"u.end\"() : () -> ()\n");
        for (int i = 0; i < Depth; i++) text.Append("\"u.end\"() : () -> ()\n}) : () -> ()\n");
        return text.Append("return %a : i32\n}\n").ToString();
    }

    private static string Modules(string innermost)
    {
        StringBuilder text = new();
        for (int i = 0; i < Depth; i++) text.Append("module {\n");
        text.Append(innermost);
        for (int i = 0; i < Depth; i++) text.Append("}\n");
        return text.ToString();
    }

    private static (int Exit, string Output, string Error) OptOnSmallStack(string input, params string[] arguments)
    {
        (int Exit, string Output, string Error) result = default;
        Thread thread = new(() => result = Ir.Opt(input, arguments), 512 << 10);
        thread.Start();
        thread.Join();
        return result;
    }

    [Theory]
    [InlineData("canonicalize", "\"u.use\"(%arg0)")]
    [InlineData("canonicalize{region-simplify=aggressive}", "\"u.use\"(%arg0)")]
    [InlineData("cse", "\"u.use\"(%0)")]
    [InlineData("sccp", "\"u.use\"(%0)")]
    [InlineData("inline", "\"u.use\"(%arg0)")]
    [InlineData("loop-invariant-code-motion", "\"u.use\"(%0)")]
    [InlineData("topological-sort", "\"u.use\"(%0)")]
    [InlineData("strip-debuginfo", "\"u.use\"(%0)")]
    [InlineData("symbol-privatize", "\"u.use\"(%0)")]
    public void NestedRegions(string pass, string use)
    {
        string input = Regions("%c = arith.constant 0 : i32\n%0 = arith.addi %a, %c : i32\n\"u.use\"(%0) : (i32) -> ()");
        (int exit, string output, string error) = OptOnSmallStack(input, "--allow-unregistered-dialect", $"--pass-pipeline=builtin.module({pass})");
        Assert.True(exit == 0, error);
        Assert.Contains(use, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("canonicalize")]
    [InlineData("cse,symbol-dce")]
    [InlineData("sccp,canonicalize")]
    [InlineData("inline,cse")]
    public void NestedModules(string passes)
    {
        string input = Modules("func.func @f(%a: i32) -> i32 {\n  %0 = arith.constant 1 : i32\n  %1 = arith.addi %0, %0 : i32\n  %2 = arith.addi %0, %0 : i32\n  %3 = arith.addi %1, %2 : i32\n  return %3 : i32\n}\n");
        (int exit, string output, string error) = OptOnSmallStack(input, $"--pass-pipeline=builtin.module({passes})");
        Assert.True(exit == 0, error);
        Assert.Equal(1, output.Split("func.func").Length - 1);
        Assert.True(output.Split("arith.addi").Length - 1 < 3);
    }

    [Fact]
    public void NestedLoops()
    {
        const int loops = 500;
        StringBuilder text = new("func.func @f(%m: memref<4xi32>, %lo: index, %hi: index, %s: index) {\n");
        for (int i = 0; i < loops; i++) text.Append($"loop.for %i{i} = %lo to %hi step %s {{\n");
        text.Append("%0 = arith.addi %lo, %hi : index\n\"u.use\"(%0) : (index) -> ()\n");
        for (int i = 0; i < loops; i++) text.Append("}\n");
        text.Append("return\n}\n");
        (int exit, string output, string error) = OptOnSmallStack(text.ToString(), "--allow-unregistered-dialect", "--loop-invariant-code-motion");
        Assert.True(exit == 0, error);
        // Out of all of them.
        Assert.True(output.IndexOf("arith.addi", StringComparison.Ordinal) < output.IndexOf("loop.for", StringComparison.Ordinal));
    }
}
