using System.Text.RegularExpressions;
using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.Builtin.Cf;
using NestC.Dialects.Loop;
using NestC.Dialects.Tensor;
using NestC.IR;
using Xunit;

namespace NestC.Dialects.Tests.Tensor;

/// <summary>The lit files of tensor and loop have every operation, and break every rule.</summary>
public sealed partial class LitFileTests
{
    // Of the structured operations that upstream lacks, the passes that lower to them have the tests.
    [Fact]
    public void Every_operation_of_upstream_is_in_the_valid_file()
    {
        string valid = File.ReadAllText(PathOf("tensor", "ops.mlir")), invalid = File.ReadAllText(PathOf("tensor", "invalid.mlir"));
        foreach (string name in (string[])["bitcast", "cast", "collapse_shape", "concat", "dim", "empty", "expand_shape", "extract", "extract_slice", "from_elements", "gather",
            "generate", "insert", "insert_slice", "pack", "pad", "parallel_insert_slice", "rank", "reshape", "scatter", "splat", "unpack", "yield"])
        {
            Assert.Contains($"tensor.{name}", NewContext().Dialect("tensor")!.OpNames.ToArray());
            Assert.Contains($"tensor.{name} ", valid.Replace('(', ' '));
            if (name is not ("rank" or "yield")) Assert.Contains($"tensor.{name}", invalid);
        }
    }

    [Fact]
    public void Every_operation_of_loop_is_in_the_valid_file_and_every_rule_in_the_invalid_one()
    {
        NestContext context = NewContext();
        string valid = File.ReadAllText(PathOf("loop", "ops.mlir")), invalid = File.ReadAllText(PathOf("loop", "invalid.mlir"));
        List<string> missing = [];
        HashSet<string> broken = [];
        foreach (Match match in Expected().Matches(invalid)) broken.Add(match.Groups["op"].Value + " " + match.Groups["rule"].Value);
        foreach (string name in context.Dialect("loop")!.OpNames)
        {
            if (!valid.Contains(name, StringComparison.Ordinal)) missing.Add(name);
            foreach ((string id, string _) in context.OpInfo(name).Definition!.Documentation.Rules)
                if (!broken.Contains(name + " " + id)) missing.Add($"{name} {id}");
        }
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"// expected-error @below \{\{[^\n]*\[(?<rule>C[0-9]+)\]\}\}\n\s*(?:%\w+(?::\d+)? = )?""?(?<op>loop\.[a-z_]+)")]
    private static partial Regex Expected();

    internal static NestContext NewContext()
    {
        NestContext context = new() { AllowUnregisteredDialects = true };
        context.Register("builtin", static c => new BuiltinDialect(c));
        context.Register("func", static c => new FuncDialect(c));
        context.Register("arith", static c => new ArithDialect(c));
        context.Register("cf", static c => new CfDialect(c));
        context.Register("tensor", static c => new TensorDialect(c));
        context.Register("loop", static c => new LoopDialect(c));
        return context;
    }

    private static string PathOf(string dialect, string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NestC.sln"))) return Path.Combine(folder.FullName, "lit-tests", "Dialects", dialect, name);
        }
        throw new InvalidOperationException("the tests do not run inside of a checkout");
    }
}
