using System.Numerics;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin.Cf;

/// <summary>Goes on with the block of the case that the flag equals, or else with the default one.</summary>
[Op("cf.switch")]
public sealed partial class SwitchOp : Operation, IPure, ITerminator, IBranch, ICustomSyntax
{
    [Operand<AnyInteger>] public partial Value Flag { get; }

    [Operands<AnyType>("defaultOperands")] public partial OperandRange DefaultOperands { get; }

    [Operands<AnyType>("caseOperands")] public partial OperandRange CaseOperands { get; }

    /// <summary>The values of the cases; null when there are none.</summary>
    [Prop<IntegerElements>] public partial DenseElementsAttr? CaseValues { get; }

    /// <summary>How many of <see cref="CaseOperands"/> each case has.</summary>
    [Prop] public partial int[] CaseOperandSegments { get; }

    [Successor] public partial Block DefaultDestination { get; }

    [Successors] public partial SuccessorRange CaseDestinations { get; }

    public OperandRange SuccessorOperands(int index) => index == 0 ? DefaultOperands : OperandsOfCase(index - 1);

    /// <summary>Replaces the operands handed to a successor; all cases share a segment, and their sizes are a property.</summary>
    public void SetSuccessorOperands(OpBuilder builder, int index, ReadOnlySpan<Value> values)
    {
        OperandRange old = SuccessorOperands(index);
        int more = values.Length - old.Count;
        builder.StartModify(this);
        ReplaceOperands(old.Start, old.Count, values);
        if (index == 0) _operandSegment1 += more;
        else
        {
            int[] segments = (int[])CaseOperandSegments.Clone();
            segments[index - 1] += more;
            _caseOperandSegments = segments;
            _operandSegment2 += more;
        }
        builder.FinishModify(this);
    }

    /// <summary>The operands handed to the block of a case.</summary>
    public OperandRange OperandsOfCase(int index)
    {
        int start = CaseOperands.Start;
        int[] segments = CaseOperandSegments;
        // The verifier asks before it has checked the segments.
        if (index >= segments.Length) return new OperandRange(this, start, 0);
        for (int i = 0; i < index; i++) start += segments[i];
        int end = CaseOperands.Start + CaseOperands.Count, count = segments[index];
        return count >= 0 && start >= CaseOperands.Start && start <= end - count ? new OperandRange(this, start, count) : new OperandRange(this, CaseOperands.Start, 0);
    }

    public Block? SuccessorFor(FoldInputs constants)
    {
        if (constants[0] is not IntegerAttr flag) return null;
        if (CaseValues is not { } values) return DefaultDestination;
        for (int i = 0; i < CaseDestinations.Count; i++)
            if (values.GetElement(i) is IntegerAttr value && value.BigValue == flag.BigValue) return CaseDestinations[i];
        return DefaultDestination;
    }

    protected internal override bool VerifyOp(Diag d)
    {
        int total = 0;
        foreach (int size in CaseOperandSegments) total += size;
        if (total != CaseOperands.Count)
        {
            return d.Error("NEST2028",
                $"caseOperands count ({CaseOperands.Count}) does not match with the total size ({total}) specified in attribute 'case_operand_segments'");
        }
        int cases = CaseDestinations.Count;
        if (CaseValues is null)
        {
            return (cases == 0 || d.Error(Diag.RuleCode, $"number of case values (0) should match number of case destinations ({cases})"))
                && (CaseOperandSegments.Length == cases || SegmentCount(d, cases));
        }
        if (CaseValues.ElementType != Flag.Type)
            return d.Error(Diag.RuleCode, $"'flag' type ('{Flag.Type}') should match case value type ('{CaseValues.ElementType}')");
        if (CaseValues.NumElements != cases)
            return d.Error(Diag.RuleCode, $"number of case values ({CaseValues.NumElements}) should match number of case destinations ({cases})");
        return CaseOperandSegments.Length == cases || SegmentCount(d, cases);
    }

    private bool SegmentCount(Diag d, int cases) =>
        d.Error("NEST2028", $"number of case operand segments ({CaseOperandSegments.Length}) should match number of case destinations ({cases})");

    // `%flag : i32, [ default: ^bb1(%a : i32), 42: ^bb2 ]`
    public static bool Parse(AsmParser parser, OperationState state)
    {
        SwitchOp self = (SwitchOp)state.Op;
        if (!parser.ParseOperand(out UnresolvedOperand flag) || !parser.ParseColon() || !parser.ParseTypeOf(state, out IntegerType type)
            || !parser.ParseComma() || !parser.ParseLSquare())
            return false;
        // As upstream: operands are resolved when all is read, and counted at the first destination.
        int position = parser.Position;
        if (!parser.ParseKeyword(state, "default"u8) || !parser.ParseColon()) return false;
        Vec<UnresolvedOperand> defaults = default, operands = default;
        Vec<IrType> defaultTypes = default, types = default;
        if (!ParseDestination(parser, state, ref defaults, ref defaultTypes, allowResultNumber: false)) return false;
        Vec<Attr> values = default;
        Vec<int> segments = default;
        while (parser.TryParseComma())
        {
            if (!parser.ParseInteger(out long value, wraps: true)) return false;
            // As upstream: wider types get the 64 bits.
            values.Add(type.Width > 64 ? IntegerAttr.Get(type, new BigInteger((ulong)value)) : IntegerAttr.Get(type, value));
            int before = operands.Count;
            if (!parser.ParseColon() || !ParseDestination(parser, state, ref operands, ref types, allowResultNumber: true)) return false;
            segments.Add(operands.Count - before);
        }
        if (!parser.ParseRSquare() || !parser.ParseAttrDict(state)) return false;
        if (!parser.ResolveOperand(flag, type, ref state.Operands) || !parser.ResolveOperands(state, defaults.Span, defaultTypes.Span, position)
            || !parser.ResolveOperands(state, operands.Span, types.Span, position))
            return false;
        if (!values.IsEmpty) self._caseValues = ValuesOf(type, values.Span);
        self._caseOperandSegments = segments.ToArray();
        (self._operandSegment0, self._operandSegment1, self._operandSegment2) = (1, defaults.Count, operands.Count);
        return true;
    }

    // `^bb1(%a, %b : i32, f32)`; as upstream, the default one takes no numbers of results.
    private static bool ParseDestination(AsmParser parser, OperationState state, ref Vec<UnresolvedOperand> operands, ref Vec<IrType> types,
        bool allowResultNumber)
    {
        if (!parser.ParseSuccessor(out Block block)) return false;
        state.Successors.Add(block);
        return !parser.TryParse(TokenKind.LParen)
            || (parser.ParseOperandList(ref operands, allowResultNumber: allowResultNumber) && parser.ParseColonTypes(ref types) && parser.ParseRParen());
    }

    /// <summary>The values of cases as the op keeps them.</summary>
    internal static DenseElementsAttr ValuesOf(IntegerType type, ReadOnlySpan<Attr> values)
    {
        int size = DenseElementsAttr.SizeOf(type);
        byte[] bytes = new byte[size * values.Length];
        for (int i = 0; i < values.Length; i++) ((IntegerAttr)values[i]).WriteBytes(bytes.AsSpan(i * size, size));
        return DenseElementsAttr.FromElements(VectorType.Get([values.Length], type), bytes);
    }

    public void Print(AsmPrinter printer)
    {
        printer.Out.Write(' ');
        printer.WriteOperand(Flag);
        printer.Out.Write(" : "u8);
        printer.Write(Flag.Type);
        printer.Out.Write(", ["u8);
        printer.WriteNewLine();
        printer.Out.Write("  default: "u8);
        printer.WriteSuccessorAndOperands(DefaultDestination, DefaultOperands);
        for (int i = 0; i < CaseDestinations.Count; i++)
        {
            printer.Out.Write(',');
            printer.WriteNewLine();
            printer.Out.Write("  "u8);
            // Upstream writes cases as unsigned numbers of at most 64 bits.
            if (CaseValues is { } values) printer.Out.Write(Unsigned(values.ElementData(i)));
            printer.Out.Write(": "u8);
            printer.WriteSuccessorAndOperands(CaseDestinations[i], OperandsOfCase(i));
        }
        if (CaseValues is not null) printer.WriteNewLine();
        printer.Out.Write(']');
        printer.WriteAttrDict(this, ["case_values", "case_operand_segments", "operandSegmentSizes"]);
    }

    private ulong Unsigned(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        int width = Flag.Type.BitWidth();
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i >= 8 && bytes[i] != 0) return ulong.MaxValue;
            if (i < 8) value |= (ulong)bytes[i] << (8 * i);
        }
        return width < 64 ? value & (1UL << width) - 1 : value;
    }
}

/// <summary>A vector or tensor of integers, as an attribute.</summary>
public readonly struct IntegerElements : IAttrConstraint
{
    public static bool Matches(Attr attr) => attr is DenseElementsAttr { ElementType: IntegerType or IndexType };

    public static string Describe => "integer elements attribute";
}
