using NestC.TestKit;
using Xunit;

namespace NestC.Core.Tests.Generator;

/// <summary>What the generator writes, shown whole: the accepted texts are the documentation of it.</summary>
public sealed class GeneratedCodeTests
{
    private const string Dialect = """
        namespace Sample;

        /// <summary>Operations for show.</summary>
        [Dialect("sample")] public sealed partial class SampleDialect(NestContext context) : Dialect(context, "sample");

        """;

    private static string Generate(string source, string file)
    {
        GeneratorRun run = GeneratorRun.Of(Dialect + source);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerErrors());
        return run.Text("Sample." + file);
    }

    [Fact]
    public void EverythingAtOnce() => Snapshot.Match(Generate("""
        /// <summary>Joins tensors along one <see cref="Axis"/>.</summary>
        [Op("sample.concat", Format = "`axis` `=` $axis $inputs (`,` `pad` $pad^ `:` type($pad))? attr-dict `:` type($inputs)")]
        [Rule("C1", "0 <= axis < rank"), Rule("C2", "all inputs have the same rank")]
        public sealed partial class ConcatOp : Operation, IPure, ISameOperandsAndResultElementType, IFoldable, ICanonicalizable
        {
            [Operands<RankedTensor>(Min = 1)] public partial OperandRange Inputs { get; }
            [Operand<Float>] public partial Value? Pad { get; }
            [Result<RankedTensor>] public partial Value Joined { get; }
            [Prop<NonNegative>] public partial long Axis { get; }

            [InferResult]
            private static RankedTensorType? Infer(NestContext context, ReadOnlySpan<Value> inputs, long axis) =>
                inputs.Length > axis ? inputs[0].Type as RankedTensorType : null;

            protected override bool VerifyOp(Diag d) =>
                d.Require(Axis < 8, "C1", $"axis {Axis} is out of range") & d.Require(Inputs.Count > 0, "C2", "ranks differ");

            public FoldResult Fold(FoldInputs inputs) => Inputs.Count == 1 ? Inputs[0] : FoldResult.None;

            public static void Canonicalize(PatternSet patterns) { }
        }
        """, "ConcatOp"));

    [Fact]
    public void PropertiesOfEachKind() => Snapshot.Match(Generate("""
        public enum Rounding { Up, Down = 3, [Keyword("to_even")] Even }

        [Op("sample.props")]
        public sealed partial class PropsOp : Operation
        {
            [Prop] public partial long Wide { get; }
            [Prop] public partial int? Narrow { get; }
            [Prop] public partial bool Truth { get; }
            [Prop(Unit = true)] public partial bool Present { get; }
            [Prop(Default = 0.5)] public partial double Ratio { get; }
            [Prop] public partial float? Small { get; }
            [Prop("label")] public partial string Text { get; }
            [Prop(Default = "none")] public partial string Mode { get; }
            [Prop(Symbol = true)] public partial string? SymName { get; }
            [Prop(Width = 32)] public partial Rounding Rounding { get; }
            [Prop] public partial Rounding? Second { get; }
            [Prop] public partial long[] Sizes { get; }
            [Prop] public partial float[]? Scales { get; }
            [Prop] public partial FunctionType Signature { get; }
            [Prop<FlatSymbolRef>] public partial SymbolRefAttr Callee { get; }
            [Prop] public partial Attr? Anything { get; }
            [Prop] public partial ITypedAttr Value { get; }
        }
        """, "PropsOp"));

    [Fact]
    public void VariadicsWithSegments() => Snapshot.Match(Generate("""
        [Op("sample.segments", Format = "$condition `(` $first `)` ($middle^ `:` type($middle))? `[` $last `:` type($last) `]` attr-dict `:` type($first) `->` type($sum) `,` type($rest)")]
        public sealed partial class SegmentsOp : Operation
        {
            [Operand<I1>] public partial Value Condition { get; }
            [Operands<Float>] public partial OperandRange First { get; }
            [Operand<AnyType>] public partial Value? Middle { get; }
            [Operands<AnyInteger>(Min = 1)] public partial OperandRange Last { get; }
            [Results<Float>] public partial ResultRange Sum { get; }
            [Results<AnyType>] public partial ResultRange Rest { get; }
        }
        """, "SegmentsOp"));

    [Fact]
    public void RegionsAndSuccessors() => Snapshot.Match(Generate("""
        [Op("sample.yield", Format = "attr-dict ($values^ `:` type($values))?")]
        public sealed partial class YieldOp : Operation, IReturnLike
        {
            [Operands<AnyType>] public partial OperandRange Values { get; }
        }

        [Op("sample.regions", Format = "$head (`else` $tail^)? attr-dict `->` $next (`,` $others^)?")]
        public sealed partial class RegionsOp : Operation, ITerminator
        {
            [OpRegion(MinBlocks = 1, MaxBlocks = 1, Terminator = typeof(YieldOp))] public partial Region Head { get; }
            [OpRegions] public partial ReadOnlySpan<Region> Tail { get; }
            [Successor] public new partial Block Next { get; }
            [Successors] public partial SuccessorRange Others { get; }
        }
        """, "RegionsOp"));

    [Fact]
    public void FormatElements() => Snapshot.Match(Generate("""
        public enum Kind { Max, Min }

        [Op("sample.format", Format = "$kind `->` $lhs `,` $rhs `` `[` $index `]` (`exact` $exact^)? (`scale` `=` $scale^):(`unscaled`)? oilist(`low` $low | `high` $high | `wrap` $wrap) custom<Extent>($extent, ref($lhs), \"text\") `\n` attr-dict-with-keyword `:` type($lhs) `,` functional-type($index, $wide)")]
        public sealed partial class FormatOp : Operation
        {
            [Operand<Float>] public partial Value Lhs { get; }
            [Operand<Float>, SameTypeAs("lhs")] public partial Value Rhs { get; }
            [Operand<AnyType>] public partial Value Index { get; }
            [Result<AnyType>] public partial Value Wide { get; }
            [Result<I1>] public partial Value Flag { get; }
            [Result<AnyType>, TypeFrom("lhs", nameof(Widen), "same has twice the width of lhs")] public partial Value Same { get; }
            [Prop] public partial Kind Kind { get; }
            [Prop(Unit = true)] public partial bool Exact { get; }
            [Prop] public partial double? Scale { get; }
            [Prop(Default = 1)] public partial int Low { get; }
            [Prop] public partial long? High { get; }
            [Prop(Unit = true)] public partial bool Wrap { get; }
            [Prop] public partial long[] Extent { get; }

            private static IrType? Widen(IrType type) => type;

            private static bool ParseExtent(AsmParser parser, out long[] extent, UnresolvedOperand lhs, string text) => parser.ParseValue(out extent);

            private static void PrintExtent(AsmPrinter printer, FormatOp op, long[] extent, Value lhs, string text) => printer.WriteArray(extent);
        }
        """, "FormatOp"));

    [Fact]
    public void WholeListsAndInferredTypes() => Snapshot.Match(Generate("""
        [Op("sample.all", Format = "operands attr-dict `:` functional-type(operands, results) regions `to` successors")]
        public sealed partial class AllOp : Operation, ITerminator
        {
            [Operand<AnyType>] public partial Value First { get; }
            [Operands<AnyType>] public partial OperandRange Others { get; }
            [Results<AnyType>] public new partial ResultRange Results { get; }
            [OpRegion] public partial Region Body { get; }
            [Successor] public new partial Block Next { get; }
        }
        """, "AllOp"));

    [Fact]
    public void OneTypeForAll() => Snapshot.Match(Generate("""
        [EnumAttr("sample.fast", Separator = ",", Description = "fast math flags")]
        [Flags]
        public enum FastMath { None = 0, NoNans = 1, NoInfs = 2, All = 3 }

        [Op("sample.add", Format = "$lhs `,` $rhs (`fastmath` `` $fastMath^)? attr-dict `:` type($result)")]
        public sealed partial class AddOp : Operation, IPure, ICommutative, ISameOperandsAndResultType
        {
            [Operand<FloatLike>] public partial Value Lhs { get; }
            [Operand<FloatLike>] public partial Value Rhs { get; }
            [Result<FloatLike>] public new partial Value Result { get; }
            [Prop("fastmath", Default = FastMath.None)] public partial FastMath FastMath { get; }
        }
        """, "AddOp"));

    [Fact]
    public void EnumAttributes() => Snapshot.Match(Generate("""
        [EnumAttr("sample.fast", Separator = ",", Description = "fast math flags")]
        [Flags]
        public enum FastMath { None = 0, NoNans = 1, NoInfs = 2, All = 3 }
        """, "FastMathAttr"));

    [Fact]
    public void Dialects() => Snapshot.Match(Generate("""
        [EnumAttr("sample.bank")] public enum Bank { Near, Far }
        [Op("sample.b")] public sealed partial class SecondOp : Operation;
        [Op("sample.a")] public sealed partial class FirstOp : Operation;
        """, "SampleDialect"));

    [Fact]
    public void CustomSyntaxByHand() => Snapshot.Match(Generate("""
        [Op("sample.hand")]
        public sealed partial class HandOp : Operation, ICustomSyntax
        {
            public static bool Parse(AsmParser parser, OperationState state) => parser.ParseAttrDict(state);

            public void Print(AsmPrinter printer) => printer.WriteAttrDict(this, default);
        }
        """, "HandOp"));
}
