using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Rewriting;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

public class ConversionTests
{
    // i32 becomes i64; index becomes a pair of i32; f16 becomes nothing; other types stay.
    private static TypeConverter Converter(bool castsMayStay = false) => new TypeConverter { CastsMayStay = castsMayStay }
        .KeepOthers()
        .Add<IntegerType>(static t => t.Width == 32 ? t.Context.Common.I64 : null)
        .AddMany<IndexType>(static t => [t.Context.Common.I64, t.Context.Common.I64]);

    // t.x -> u.x with converted operands and results.
    private sealed class Lower(TypeConverter converter, string from, string to) : ConversionPattern(converter, $"lower-{from}")
    {
        public override string RootName => from;

        public override bool ConvertOp(Operation op, ConvertedOperands operands, ConversionRewriter rw)
        {
            if (op.Attribute("refuse") is StringAttr reason) return rw.NoMatch(op, reason.Value);
            List<IrType> types = [];
            foreach (Value result in op.Results) types.AddRange(Converter!.ConvertMany(result.Type)!);
            Operation made = rw.Create(to, operands.All, types.ToArray());
            Value[][] values = new Value[op.ResultCount][];
            int at = 0;
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = new Value[Converter!.ConvertMany(op.Result(i).Type)!.Length];
                for (int k = 0; k < values[i].Length; k++) values[i][k] = made.Result(at++);
            }
            return rw.ReplaceMany(op, values);
        }
    }

    private static ConversionTarget Target(TypeConverter converter) =>
        new ConversionTarget().LegalDialect("u", "builtin").IllegalDialect("t").AddFunctionLegality(converter);

    private static (Toy Toy, Operation Module, ConversionResult Result) Convert(string text, ConversionConfig? config = null, TypeConverter? converter = null,
        Action<PatternSet, TypeConverter>? more = null, Action<ConversionTarget>? target = null)
    {
        Toy toy = new();
        Operation module = toy.Parse(text);
        converter ??= Converter();
        PatternSet patterns = new PatternSet().AddFunctionConversion(converter).Add(new Lower(converter, "t.a", "u.a"));
        more?.Invoke(patterns, converter);
        ConversionTarget goal = Target(converter);
        target?.Invoke(goal);
        ConversionResult result = DialectConversion.Apply(module, goal, patterns, config);
        Assert.True(Verifier.Verify(module), Toy.Print(module));
        return (toy, module, result);
    }

    [Fact]
    public void FunctionsCallsBranchesAndOperationsAreConvertedTogether()
    {
        (Toy toy, Operation module, ConversionResult result) = Convert("""
            func.func @f(%x: i32, %c: i1) -> i32 {
              %0 = "t.a"(%x) : (i32) -> i32
              cf.cond_br %c, ^bb1(%0 : i32), ^bb2
            ^bb1(%y: i32):
              %1 = func.call @f(%y, %c) : (i32, i1) -> i32
              return %1 : i32
            ^bb2:
              return %x : i32
            }
            """);
        Assert.True(result.Succeeded, string.Join("\n", toy.Said.Select(static d => d.Message)));
        string text = Toy.Print(module);
        Assert.DoesNotContain("i32", text);
        Assert.DoesNotContain("cast", text);
        Assert.Contains("func.func @f(%arg0: i64, %arg1: i1) -> i64 {", text);
        Assert.Contains("\"u.a\"(%arg0) : (i64) -> i64", text);
    }

    [Fact]
    public void OneValueMayBecomeSeveral()
    {
        (_, Operation module, ConversionResult result) = Convert("""
            func.func @f(%x: index) -> index {
              %0 = "t.a"(%x) : (index) -> index
              return %0 : index
            }
            """);
        Assert.True(result.Succeeded);
        string text = Toy.Print(module);
        Assert.Contains("func.func @f(%arg0: i64, %arg1: i64) -> (i64, i64) {", text);
        Assert.Contains("%0:2 = \"u.a\"(%arg0, %arg1) : (i64, i64) -> (i64, i64)", text);
        Assert.Contains("return %0#0, %0#1 : i64, i64", text);
    }

    [Fact]
    public void AFailureListsEveryPatternAndItsReasonAndTheIrIsWhatItWas()
    {
        const string input = """
            func.func @f(%x: i32) -> i32 {
              %0 = "t.a"(%x) : (i32) -> i32
              %1 = "t.a"(%0) {refuse = "the moon is full"} : (i32) -> i32
              %2 = "t.b"(%1) : (i32) -> i32
              return %2 : i32
            }
            """;
        string before = Toy.Print(new Toy().Parse(input));
        (Toy toy, Operation module, ConversionResult result) = Convert(input, more: static (patterns, c) => patterns
            .AddConversion<UnregisteredOp>(c, "never", static (op, operands, rw) => rw.NoMatch(op, $"I never convert {op}")));
        Assert.False(result.Succeeded);
        Assert.Equal(before, Toy.Print(module));
        Assert.Equal(["t.a", "t.b"], result.Failures.Select(static f => f.Operation));
        Assert.Equal(
            [new ConversionAttempt("lower-t.a", "the moon is full"), new ConversionAttempt("never", "I never convert 't.a'")], result.Failures[0].Attempts);
        Diagnostic first = toy.Said[0];
        Assert.Equal("failed to legalize operation 't.a' that was explicitly marked illegal", first.Message);
        Assert.Equal("pattern 'lower-t.a': the moon is full", first.Notes[0].Message);
        Assert.Equal(2, toy.Said.Count);
    }

    [Fact]
    public void TheVerdictThatMadeAnOperationIllegalIsQuoted()
    {
        (Toy toy, _, ConversionResult result) = Convert("\"x.k\"() {k = 7 : i64} : () -> ()", target: static goal => goal.DynamicDialect("x", static op =>
            op.Attribute("k") is IntegerAttr { Value: > 5 } k ? Verdict.No("NEST3203", "K <= 5", k.Value, 5, "legal if K <= 5") : Verdict.Yes));
        Assert.False(result.Succeeded);
        Assert.Contains(toy.Said[0].Notes, static n => n.Message == "not legal on the target: K <= 5 does not hold: it is 7, the limit is 5");
        Assert.Equal("legal if K <= 5", toy.Said[0].Help);
        Assert.Contains(toy.Said[0].Notes, static n => n.Message == "no pattern of the conversion starts from 'x.k'");
    }

    [Fact]
    public void PartialLeavesUnknownOperationsAndFullDoesNot()
    {
        const string input = "%0 = \"x.unknown\"() : () -> i1\n \"t.a\"() : () -> ()";
        Assert.True(Convert(input).Result.Succeeded);
        ConversionResult full = Convert(input, new ConversionConfig { Mode = ConversionMode.Full }, target: static goal => goal.Legal<ModuleOp>()).Result;
        Assert.Equal("x.unknown", Assert.Single(full.Failures).Operation);
        Assert.False(full.Failures[0].MarkedIllegal);
    }

    [Fact]
    public void AnalysisChangesNothingAndSaysWhatCanBeConverted()
    {
        const string input = "\"t.a\"() : () -> ()\n \"t.b\"() : () -> ()";
        string before = Toy.Print(new Toy().Parse(input));
        (Toy toy, Operation module, ConversionResult result) = Convert(input, new ConversionConfig { Mode = ConversionMode.Analysis });
        Assert.Equal(before, Toy.Print(module));
        Assert.Equal("t.a", Assert.Single(result.Convertible).Name);
        Assert.Empty(toy.Said);
    }

    [Fact]
    public void APatternWhoseResultsCannotBeLegalizedIsRolledBackAndTheNextIsTried()
    {
        (_, Operation module, ConversionResult result) = Convert("\"t.c\"() ({\n \"t.a\"() : () -> ()\n }) : () -> ()", more: static (patterns, c) => patterns
            .Add(new Lower(c, "t.c", "t.hopeless")).Add(new MoveOut()));
        Assert.True(result.Succeeded);
        Assert.Equal("module {\n  \"u.holder\"() ({\n    \"u.a\"() : () -> ()\n  }) : () -> ()\n}", Toy.Print(module).TrimEnd());
    }

    private sealed class MoveOut() : NamedPattern("t.c", "move-out")
    {
        public override bool RewriteOp(Operation op, Rewriter rw)
        {
            Operation holder = rw.Create("u.holder", [], [], regions: 1);
            rw.InlineRegion(op.Region(0), holder.Region(0));
            return rw.Erase(op);
        }
    }

    [Fact]
    public void UsersThatAreNotConvertedGetACastOrTheMaterialization()
    {
        const string input = "%0 = \"t.a\"() : () -> i32\n \"x.keep\"(%0) : (i32) -> ()";
        (Toy toy, _, ConversionResult refused) = Convert(input);
        Assert.False(refused.Succeeded);
        Assert.Equal("NEST3202", toy.Codes);
        Assert.Equal("failed to legalize unresolved materialization from (i64) to (i32) that remained live after conversion", toy.Said[0].Message);
        Assert.Contains("'x.keep'", toy.Said[0].Notes[0].Message);

        string text = Toy.Print(Convert(input, converter: Converter(castsMayStay: true)).Module);
        Assert.Contains("unrealized_conversion_cast %0 : i64 to i32", text);

        TypeConverter materializing = Converter().AddSourceMaterialization(static (b, type, inputs) => b.Create("u.narrow", inputs, [type]).Result(0));
        (_, Operation module, ConversionResult result) = Convert(input, converter: materializing);
        Assert.True(result.Succeeded);
        Assert.Contains("%1 = \"u.narrow\"(%0) : (i64) -> i32", Toy.Print(module));
    }

    [Fact]
    public void CastsBetweenConversionsAreFoldedAway()
    {
        (Toy toy, Operation module, ConversionResult first) = Convert("%0 = \"t.a\"() : () -> i32\n \"x.keep\"(%0) : (i32) -> ()", converter: Converter(castsMayStay: true));
        Assert.True(first.Succeeded);
        TypeConverter converter = Converter(castsMayStay: true);
        ConversionResult second = DialectConversion.Apply(module, new ConversionTarget().IllegalDialect("x").LegalDialect("u"), new PatternSet().Add(new Lower(converter, "x.keep", "u.keep")));
        Assert.True(second.Succeeded);
        Assert.Equal(0, CastFolding.Reconcile(module, new OpBuilder(toy.Context)));
        Assert.Equal("module {\n  %0 = \"u.a\"() : () -> i64\n  \"u.keep\"(%0) : (i64) -> ()\n}", Toy.Print(module).TrimEnd());
    }

    [Fact]
    public void ErasingAValueThatIsStillUsedIsAnError()
    {
        (Toy toy, Operation module, ConversionResult result) = Convert("%0 = \"t.gone\"() : () -> i1\n \"x.keep\"(%0) : (i1) -> ()",
            more: static (patterns, _) => patterns.Add(new GreedyRewriteTests.EraseNamed("t.gone")));
        Assert.False(result.Succeeded);
        Assert.Equal("NEST3204", toy.Codes);
        Assert.Contains("t.gone", Toy.Print(module));
    }

    [Fact]
    public void LegalWithRegionsCoversWhatIsInside()
    {
        ConversionResult result = Convert("\"toy.once\"() ({\n \"t.b\"() : () -> ()\n }) : () -> ()", target: static goal => goal.LegalWithRegions<ToyOnceOp>()).Result;
        Assert.True(result.Succeeded);
    }

    [Fact]
    public void SuccessWithoutChangeIsReported()
    {
        (Toy toy, _, ConversionResult result) = Convert("\"t.b\"() : () -> ()",
            more: static (patterns, _) => patterns.Add<UnregisteredOp>("boaster", static (op, rw) => true));
        Assert.False(result.Succeeded);
        Assert.Equal("NEST3001", toy.Codes);
    }

    [Fact]
    public void ATypeConverterKeepsItsAnswersAndTriesLaterRulesFirst()
    {
        Toy toy = new();
        int asked = 0;
        TypeConverter converter = new TypeConverter().Add<IntegerType>(t => ++asked > 0 ? t.Context.Common.I64 : null)
            .Add<IntegerType>(static t => t.Width == 1 ? t.Context.Common.I8 : null);
        Assert.Equal(toy.Context.Common.I8, converter.Convert(toy.Context.Common.I1));
        Assert.Equal(0, asked);
        Assert.Equal(toy.Context.Common.I64, converter.Convert(toy.Context.Common.I32));
        converter.Convert(toy.Context.Common.I32);
        Assert.Equal(1, asked);
        Assert.Null(converter.Convert(toy.Context.Common.F32));
        Assert.True(converter.IsLegal(toy.Context.Common.I64));
    }
}
