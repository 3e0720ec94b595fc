using System.Text;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

// What custom syntaxes are read with, beside tokens, attributes and types.
public sealed unsafe partial class AsmParser
{
    /// <summary>What surrounds a list.</summary>
    public enum Delimiter : byte { None, Paren, Square, OptionalParen, OptionalSquare }

    /// <summary>`%a, %b#1`, possibly nothing.</summary>
    public bool ParseOperandList(ref Vec<UnresolvedOperand> into, Delimiter delimiter = Delimiter.None, bool allowResultNumber = true)
    {
        if (!OpenList(delimiter, out TokenKind close, out bool absent)) return false;
        if (absent) return true;
        if (kind == TokenKind.PercentIdentifier)
        {
            do
            {
                if (!ParseOperand(out UnresolvedOperand operand, allowResultNumber)) return false;
                into.Add(operand);
            }
            while (TryParse(TokenKind.Comma));
        }
        return close == TokenKind.EndOfFile || Parse(close);
    }

    private bool OpenList(Delimiter delimiter, out TokenKind close, out bool absent)
    {
        TokenKind open = delimiter is Delimiter.Paren or Delimiter.OptionalParen ? TokenKind.LParen : TokenKind.LSquare;
        close = delimiter == Delimiter.None ? TokenKind.EndOfFile : open == TokenKind.LParen ? TokenKind.RParen : TokenKind.RSquare;
        absent = delimiter is Delimiter.OptionalParen or Delimiter.OptionalSquare && kind != open;
        return absent || delimiter == Delimiter.None || Parse(open);
    }

    /// <summary>An operand, if one starts here.</summary>
    public bool ParseOptionalOperand(ref Vec<UnresolvedOperand> into)
    {
        if (kind != TokenKind.PercentIdentifier) return true;
        if (!ParseOperand(out UnresolvedOperand operand)) return false;
        into.Add(operand);
        return true;
    }

    /// <summary>`[0, %i, 4]`: numbers and values (upstream's DynamicIndexList); where a value stands the number is <see cref="ShapedType.Dynamic"/>.</summary>
    public bool ParseIndexList(ref Vec<UnresolvedOperand> values, out long[] numbers)
    {
        numbers = [];
        Vec<long> all = default;
        if (!ParseLSquare()) return false;
        if (TryParse(TokenKind.RSquare)) return true;
        do
        {
            if (kind == TokenKind.PercentIdentifier)
            {
                if (!ParseOperand(out UnresolvedOperand value)) return false;
                values.Add(value);
                all.Add(ShapedType.Dynamic);
                continue;
            }
            int position = Position;
            if (!TryParseInteger(out long number, out bool failed)) return Error(position, "NEST1340", "expected SSA value or integer");
            if (failed) return false;
            all.Add(number);
        }
        while (TryParseComma());
        numbers = all.ToArray();
        return ParseRSquare();
    }

    public bool ResolveOperand(UnresolvedOperand operand, IrType type, ref Vec<Value> into)
    {
        Value value = ResolveOperand(operand, type);
        if (value.IsNull) return false;
        into.Add(value);
        return true;
    }

    /// <summary>Resolves operands that all have one type.</summary>
    public bool ResolveOperands(ReadOnlySpan<UnresolvedOperand> operands, IrType type, ref Vec<Value> into)
    {
        foreach (UnresolvedOperand operand in operands)
            if (!ResolveOperand(operand, type, ref into)) return false;
        return true;
    }

    /// <summary>Resolves operands with a type each.</summary>
    /// <param name="operands">As written.</param>
    /// <param name="types">As many types.</param>
    /// <param name="position">Where to say that the counts differ.</param>
    /// <param name="into">Takes the values.</param>
    public bool ResolveOperands(ReadOnlySpan<UnresolvedOperand> operands, ReadOnlySpan<IrType> types, int position, ref Vec<Value> into)
    {
        if (operands.Length != types.Length)
            return MeaningError(position, "NEST1210", $"number of operands and types do not match: got {operands.Length} operands and {types.Length} types");
        for (int i = 0; i < operands.Length; i++)
            if (!ResolveOperand(operands[i], types[i], ref into)) return false;
        return true;
    }

    /// <summary>Types between commas; none when no type starts here.</summary>
    public bool ParseTypes(ref Vec<IrType> into)
    {
        if (!TryParseType(out IrType? first)) return true;
        if (first is null) return false;
        into.Add(first);
        while (TryParse(TokenKind.Comma))
        {
            if (ParseType() is not { } type) return false;
            into.Add(type);
        }
        return true;
    }

    /// <summary>A type, if one starts here.</summary>
    public bool ParseOptionalType(ref Vec<IrType> into)
    {
        if (!TryParseType(out IrType? type)) return true;
        if (type is null) return false;
        into.Add(type);
        return true;
    }

    /// <summary>`: type`.</summary>
    public bool ParseColonType(out IrType type)
    {
        type = null!;
        return ParseColon() && (type = ParseType()!) is not null;
    }

    /// <summary>`: type, type`.</summary>
    public bool ParseColonTypes(ref Vec<IrType> into)
    {
        if (!ParseColon()) return false;
        do
        {
            if (ParseType() is not { } type) return false;
            into.Add(type);
        }
        while (TryParse(TokenKind.Comma));
        return true;
    }

    /// <summary>`-> type` or `-> (types)`, if there is an arrow.</summary>
    public bool ParseOptionalArrowTypes(ref Vec<IrType> into)
    {
        if (!TryParse(TokenKind.Arrow)) return true;
        if (!TryParse(TokenKind.LParen))
        {
            if (ParseType() is not { } single) return false;
            into.Add(single);
            return true;
        }
        if (TryParse(TokenKind.RParen)) return true;
        do
        {
            if (ParseType() is not { } type) return false;
            into.Add(type);
        }
        while (TryParse(TokenKind.Comma));
        return ParseRParen();
    }

    /// <summary>`{a = 1}`, if there is one: goes to the state's attributes.</summary>
    public bool ParseAttrDict(OperationState state) => kind != TokenKind.LBrace || ParseAttrEntries(ref state.Attributes);

    /// <summary>`attributes {a = 1}`, if there is one.</summary>
    public bool ParseAttrDictWithKeyword(OperationState state) =>
        !TryParseKeyword("attributes"u8) || ParseAttrEntries(ref state.Attributes);

    /// <summary>`&lt;{a = 1}>`, if there is one: the properties.</summary>
    public bool ParsePropDict(OperationState state)
    {
        if (!TryParse(TokenKind.Less)) return true;
        if (ParseAttr() is not { } properties) return false;
        state.Properties = properties;
        return Parse(TokenKind.Greater);
    }

    /// <summary>A region, if one starts here.</summary>
    public bool TryParseRegion(out Region? region, bool isolated = false)
    {
        region = null;
        if (kind != TokenKind.LBrace) return false;
        Region parsed = new();
        if (ParseRegion(parsed, default, isolated)) region = parsed;
        return true;
    }

    /// <summary>Regions between commas; none when none starts here.</summary>
    public bool ParseRegions(ref Vec<Region> into, bool isolated = false)
    {
        if (kind != TokenKind.LBrace) return true;
        do
        {
            Region region = new();
            if (!ParseRegion(region, default, isolated)) return false;
            into.Add(region);
        }
        while (TryParse(TokenKind.Comma));
        return true;
    }

    /// <summary>Successors between commas; none when none starts here.</summary>
    public bool ParseSuccessors(ref Vec<Block> into)
    {
        if (kind != TokenKind.CaretIdentifier) return true;
        do
        {
            if (!ParseSuccessor(out Block block)) return false;
            into.Add(block);
        }
        while (TryParse(TokenKind.Comma));
        return true;
    }

    /// <summary>`^bb1(%a, %b : i32, f32)`: a successor with the operands that it gets.</summary>
    public bool ParseSuccessorAndOperands(out Block block, ref Vec<Value> operands)
    {
        if (!ParseSuccessor(out block)) return false;
        if (!TryParse(TokenKind.LParen)) return true;
        Vec<UnresolvedOperand> written = default;
        Vec<IrType> types = default;
        int position = Position;
        return ParseOperandList(ref written) && ParseColonTypes(ref types) && ParseRParen()
            && ResolveOperands(written.Span, types.Span, position, ref operands);
    }

    /// <summary>
    /// `%x: type {attributes} loc(...)`: an argument of a region in custom syntax. Fails softly (false, nothing consumed) only when no `%` stands here.
    /// </summary>
    public bool ParseRegionArgument(out RegionArgument argument, out DictionaryAttr? attributes, bool allowAttributes)
    {
        argument = default;
        attributes = null;
        if (!ParseOperand(out UnresolvedOperand name, allowResultNumber: false)) return false;
        if (!ParseColon() || ParseType() is not { } type) return false;
        if (allowAttributes && kind == TokenKind.LBrace && (attributes = ParseDictionary()) is null) return false;
        if (!ParseOptionalLocation(name, out Location location)) return false;
        argument = new RegionArgument(name, type, location);
        return true;
    }
}
