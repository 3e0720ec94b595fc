using NestC.Builtin;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

// Operations that use each element of assembly formats.
namespace NestC.Core.Tests.Generator.Formats;

[Dialect("fmt")]
internal sealed partial class FormatDialect(NestContext context) : Dialect(context, "fmt");

internal enum Level { Low, Middle = 4, [Keyword("very_high")] VeryHigh }

[EnumAttr("fmt.mode")]
internal enum Mode { Fast, Safe }

/// <summary>Properties of each kind, in the text of the format.</summary>
[Op("fmt.props", Format = "$level $mode $symName $label $wide $narrow $truth $ratio $sizes $scales $signature $anything (`also` $second^)? (`exact` $exact^)? attr-dict")]
internal sealed partial class PropsOp : Operation
{
    [Prop(Width = 32)] public partial Level Level { get; }

    [Prop] public partial Mode Mode { get; }

    [Prop(Symbol = true)] public partial string SymName { get; }

    [Prop] public partial string Label { get; }

    [Prop] public partial long Wide { get; }

    [Prop] public partial int Narrow { get; }

    [Prop] public partial bool Truth { get; }

    [Prop] public partial float Ratio { get; }

    [Prop] public partial long[] Sizes { get; }

    [Prop] public partial double[] Scales { get; }

    [Prop] public partial FunctionType Signature { get; }

    [Prop] public partial Attr Anything { get; }

    [Prop] public partial Mode? Second { get; }

    [Prop(Unit = true)] public partial bool Exact { get; }
}

/// <summary>Clauses in any order, an inverted group, an `else`, and a directive of its own.</summary>
[Op("fmt.clauses", Format = "oilist(`low` $low | `high` $high | `wrap` $wrap) (`auto`):(`by` $by^)? custom<Extent>($extent) attr-dict-with-keyword")]
internal sealed partial class ClausesOp : Operation
{
    [Prop] public partial long? Low { get; }

    [Prop] public partial long? High { get; }

    [Prop(Unit = true)] public partial bool Wrap { get; }

    [Prop] public partial long? By { get; }

    [Prop] public partial long[] Extent { get; }

    // `2x3` would be one token: the sizes stand between bars.
    private static bool ParseExtent(AsmParser parser, out long[] extent)
    {
        Vec<long> sizes = default;
        bool ok = parser.Parse(TokenKind.VerticalBar);
        while (ok && !parser.TryParse(TokenKind.VerticalBar))
        {
            ok = parser.ParseInteger(out long size);
            sizes.Add(size);
        }
        extent = sizes.ToArray();
        return ok;
    }

    private static void PrintExtent(AsmPrinter printer, ClausesOp op, long[] extent)
    {
        printer.Out.Write('|');
        for (int i = 0; i < extent.Length; i++)
        {
            if (i > 0) printer.Out.Write(' ');
            printer.Out.Write(extent[i]);
        }
        printer.Out.Write('|');
    }
}

/// <summary>A loop whose terminator need not be written.</summary>
[Op("fmt.loop", Format = "$body attr-dict")]
internal sealed partial class LoopOp : Operation, ISingleBlock
{
    [OpRegion(MaxBlocks = 1, Terminator = typeof(EndOp))] public partial Region Body { get; }
}

[Op("fmt.end", Format = "attr-dict ($values^ `:` type($values))?")]
internal sealed partial class EndOp : Operation, IReturnLike
{
    [Operands<AnyType>] public partial OperandRange Values { get; }
}

/// <summary>Any number of regions; successors without arguments.</summary>
[Op("fmt.regions", Format = "$first (`others` $others^)? attr-dict (`to` $next^)?")]
internal sealed partial class RegionsOp : Operation, ITerminator
{
    [OpRegion] public partial Region First { get; }

    [OpRegions] public partial ReadOnlySpan<Region> Others { get; }

    [Successors] public new partial SuccessorRange Next { get; }
}

/// <summary>Optional operand, several groups, results in groups.</summary>
[Op("fmt.groups", Format = "`(` $first `)` (`mid` $middle^ `:` type($middle))? (`last` $last^ `:` type($last))? attr-dict `:` functional-type($first, $sums) (`and` type($extra)^)?")]
internal sealed partial class GroupsOp : Operation
{
    [Operands<Float>] public partial OperandRange First { get; }

    [Operand<AnyType>] public partial Value? Middle { get; }

    [Operands<AnyInteger>] public partial OperandRange Last { get; }

    [Results<Float>] public partial ResultRange Sums { get; }

    [Result<AnyType>] public partial Value? Extra { get; }
}

/// <summary>Everything by the whole lists.</summary>
[Op("fmt.all", Format = "operands prop-dict attr-dict `:` functional-type(operands, results)")]
internal sealed partial class AllOp : Operation
{
    [Operand<AnyType>] public partial Value Head { get; }

    [Operands<AnyType>] public partial OperandRange Tail { get; }

    [Results<AnyType>] public partial ResultRange Outputs { get; }

    [Prop] public partial long Axis { get; }

    [Prop(Default = 7)] public partial int Seven { get; }
}

/// <summary>The result type follows from operands and a property.</summary>
[Op("fmt.take", Format = "$input `by` $count attr-dict `:` type($input)")]
internal sealed partial class TakeOp : Operation, IPure
{
    [Operand<RankedTensor>] public partial Value Input { get; }

    [Result<RankedTensor>] public partial Value Output { get; }

    [Prop] public partial long Count { get; }

    [InferResult]
    private static IrType? Infer(Value input, long count, Action<string> error)
    {
        if (input.Type is RankedTensorType { Rank: > 0 } t && count >= 0)
        {
            long[] shape = t.Shape.ToArray();
            shape[0] = count;
            return RankedTensorType.Get(shape, t.ElementType);
        }
        error($"cannot take {count} of {input.Type}");
        return null;
    }
}

/// <summary>Parts whose names generated methods use themselves.</summary>
[Op("fmt.names", Format = "$state `,` $operands `by` $builder attr-dict `:` type($state) `,` type($operands) $self `to` $successors")]
internal sealed partial class NamesOp : Operation, ITerminator
{
    [Operand<AnyType>] public partial Value State { get; }

    [Operands<AnyType>] public new partial OperandRange Operands { get; }

    [Prop] public partial long Builder { get; }

    [OpRegion] public partial Region Self { get; }

    [Successors] public partial SuccessorRange Successors { get; }

    [Result<AnyType>] public new partial Value Result { get; }

    [InferResult] private static IrType? Infer(Value state, ReadOnlySpan<Value> operands, long builder) => operands.Length > builder ? state.Type : null;
}
