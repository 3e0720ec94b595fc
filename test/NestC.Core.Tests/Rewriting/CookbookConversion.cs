using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.IR;
using NestC.Rewriting;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

/// <summary>The code of docs/cookbook/a-conversion.md.</summary>
public class CookbookConversion
{
    public static ConversionResult ToyToArith(Operation module)
    {
        TypeConverter types = new TypeConverter()
            .KeepOthers()
            .Add<IndexType>(static t => t.Context.Common.I64);              // index -> i64

        ConversionTarget target = new ConversionTarget()
            .IllegalDialect("toy")
            .LegalDialect("arith", "builtin")
            .AddFunctionLegality(types);                                    // functions, calls, returns, branches: where their types are

        PatternSet patterns = new PatternSet()
            .AddFunctionConversion(types)
            .AddConversion<ToyConstantOp>(types, "lower-constant", static (op, operands, rw) =>
                rw.Replace(op, ConstantOp.Integer(rw, rw.Context.Common.I64, op.Number.Value)))
            .AddConversion<ToyAddOp>(types, "lower-add", static (op, operands, rw) => operands[0].Type is IntegerType
                ? rw.Replace(op, AddIOp.Create(rw, operands[0], operands[1]))
                : rw.NoMatch(op, $"arith adds no {operands[0].Type}"));

        return DialectConversion.Apply(module, target, patterns);
    }

    [Fact]
    public void ThePageShowsThisCode()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "cookbook", "a-conversion.md"));
        string source = File.ReadAllText(Path.Combine(Root(), "test", "NestC.Core.Tests", "Rewriting", "CookbookConversion.cs"));
        string block = page.Split("```csharp\n")[1].Split("```")[0];
        Assert.Contains(string.Concat(block.TrimEnd('\n').Split('\n').Select(static l => l.Length == 0 ? "\n" : "    " + l + "\n")), source);
    }

    [Fact]
    public void ItConverts()
    {
        Toy toy = new();
        Operation module = toy.Parse("""
            func.func @f(%x: index) -> index {
              %1 = "toy.constant"() <{number = 1 : index}> : () -> index
              %0 = "toy.add"(%x, %1) : (index, index) -> index
              return %0 : index
            }
            """);
        Assert.True(ToyToArith(module).Succeeded, string.Join("\n", toy.Said.Select(static d => d.Message)));
        string text = Toy.Print(module);
        Assert.Contains("func.func @f(%arg0: i64) -> i64 {", text);
        Assert.Contains("%0 = arith.addi %arg0, %c1_i64 : i64", text);
    }

    [Fact]
    public void AndSaysWhyNot()
    {
        Toy toy = new();
        Operation module = toy.Parse("func.func @f(%x: f32) -> f32 {\n %0 = \"toy.add\"(%x, %x) : (f32, f32) -> f32\n return %0 : f32\n}");
        Assert.False(ToyToArith(module).Succeeded);
        Assert.Equal("failed to legalize operation 'toy.add' that was explicitly marked illegal", toy.Said[0].Message);
        Assert.Equal("pattern 'lower-add': arith adds no f32", toy.Said[0].Notes[0].Message);
    }

    [Fact]
    public void TheOtherPagesPatternIsTheToyDialects()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "cookbook", "why-did-my-pattern-not-fire.md"));
        string toy = File.ReadAllText(Path.Combine(Root(), "test", "NestC.Core.Tests", "Rewriting", "ToyDialect.cs"));
        string[] lines = page.Split("```csharp\n")[1].Split("```")[0].TrimEnd('\n').Split('\n');
        foreach (string line in lines)
            if (line.StartsWith("    ", StringComparison.Ordinal)) Assert.Contains(line.Trim(), toy);
    }

    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
