using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;
using Arith = NestC.Builtin.Arith;

namespace NestC.Dialects.Loop;

/// <summary>Bounds of loops as numbers, where they are known.</summary>
public static class Bounds
{
    /// <summary>The number that an integer or index value is; null when that is not known.</summary>
    public static long? Constant(Value value) => value.DefiningOp is IConstantLike { ConstantValue: IntegerAttr { IsWide: false } constant } ? constant.Value : null;

    /// <summary>How often a loop runs; null when that is not known.</summary>
    public static long? TripCount(Value lower, Value upper, Value step)
    {
        if (lower == upper) return 0;
        if (Constant(lower) is not { } from || Constant(upper) is not { } to || Constant(step) is not { } by || by <= 0) return null;
        if (to <= from) return 0;
        Int128 count = ((Int128)to - from + by - 1) / by;
        return count <= long.MaxValue ? (long)count : null;
    }

    /// <summary>A constant of the type of a loop's bounds.</summary>
    public static Value Make(OpBuilder builder, IrType type, long number) => Arith.ConstantOp.Integer(builder, type, number);

    public static Value Index(OpBuilder builder, long number) => Arith.ConstantOp.Integer(builder, builder.Context.Common.Index, number);
}

/// <summary>Rules that several operations share.</summary>
internal static class LoopRules
{
    public static bool SameTypes(ReadOnlySpan<IrType> a, ReadOnlySpan<IrType> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
            if (a[i] != b[i]) return false;
        return true;
    }

    /// <summary>A block ends with a yield of values of the results' types.</summary>
    public static bool VerifyYield(Diag d, Block block, ResultRange results, string rule)
    {
        if (block.Last is not YieldOp yield) return d.Require(false, rule, $"expects regions to end with 'loop.yield', found '{block.Last?.Name}'");
        return d.Require(SameTypes(yield.Operands.Types(), results.Types()), rule, $"yields {yield.OperandCount} values, whose types are not those of the {results.Count} results");
    }
}

/// <summary>Pieces of syntax that several operations share.</summary>
internal static class LoopSyntax
{
    /// <summary>`(%a = %x, %b = %y)`.</summary>
    public static bool ParseAssignments(AsmParser parser, ref Vec<UnresolvedOperand> names, ref Vec<UnresolvedOperand> values)
    {
        if (!parser.ParseLParen()) return false;
        if (parser.TryParse(TokenKind.RParen)) return true;
        do
        {
            if (!parser.ParseOperand(out UnresolvedOperand name, allowResultNumber: false) || !parser.ParseEqual() || !parser.ParseOperand(out UnresolvedOperand value)) return false;
            names.Add(name);
            values.Add(value);
        }
        while (parser.TryParseComma());
        return parser.ParseRParen();
    }

    public static void PrintAssignments(AsmPrinter printer, Block block, int first, OperandRange values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (i > 0) printer.Out.Write(", "u8);
            printer.WriteRegionArgumentName(block.ArgumentAt(first + i));
            printer.Out.Write(" = "u8);
            printer.WriteOperand(values[i]);
        }
    }
}
