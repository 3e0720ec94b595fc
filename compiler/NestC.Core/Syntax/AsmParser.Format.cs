using System.Text;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

// What parsers made from declarative assembly formats are put together of; hand-written syntax may use it as well.
public sealed unsafe partial class AsmParser
{
    /// <summary>Whether the current token starts a type.</summary>
    public bool StartsType => AtType;

    /// <summary>Whether the current token starts an attribute.</summary>
    public bool StartsAttr => AtAttr;

    /// <summary>Reports an error of a custom syntax: the message starts with `custom op 'dialect.op'`. Always false.</summary>
    public bool CustomError(OperationState state, int position, string code, string message) =>
        Error(position, code, $"custom op '{state.Info.Name}' {message}");

    /// <summary>As <see cref="CustomError"/>, for what the grammar alone would accept. Always false.</summary>
    public bool CustomMeaningError(OperationState state, int position, string code, string message) =>
        MeaningError(position, code, $"custom op '{state.Info.Name}' {message}");

    /// <summary>Consumes a word that must stand here.</summary>
    public bool ParseKeyword(OperationState state, ReadOnlySpan<byte> word) =>
        TryParseKeyword(word) || CustomError(state, Position, "NEST1401", $"expected '{Encoding.UTF8.GetString(word)}'");

    // Operands and types ------------------------------------------------------------------------------------------------

    /// <summary>Resolves operands with a type each.</summary>
    /// <param name="state">Takes the values.</param>
    /// <param name="operands">As written.</param>
    /// <param name="types">As many types.</param>
    /// <param name="position">Where to say that the counts differ: at the operands.</param>
    public bool ResolveOperands(OperationState state, ReadOnlySpan<UnresolvedOperand> operands, ReadOnlySpan<IrType> types, int position)
    {
        if (operands.Length != types.Length)
            return CustomMeaningError(state, position, "NEST1411", $"{operands.Length} operands present, but expected {types.Length}");
        for (int i = 0; i < operands.Length; i++)
            if (!ResolveOperand(operands[i], types[i], ref state.Operands)) return false;
        return true;
    }

    /// <summary>A type of a class.</summary>
    public bool ParseTypeOf<T>(OperationState state, out T type) where T : IrType
    {
        int position = Position;
        type = null!;
        if (ParseType() is not { } parsed) return false;
        if (parsed is not T fits) return CustomMeaningError(state, position, "NEST1402", "invalid kind of type specified");
        type = fits;
        return true;
    }

    /// <summary>The type number <paramref name="index"/> of a list, or none's type where the list is too short (an error follows then).</summary>
    public IrType TypeAt(in Vec<IrType> types, int index) => index < types.Count ? types[index] : Context.Common.None;

    /// <summary>Reports that one type was wanted for a value. Always false.</summary>
    public bool TypeCountError(int position, OperationState state, string name, int found) =>
        CustomMeaningError(state, position, "NEST1403", $"expected one type for '{name}', but found {found}");

    /// <summary>Reports that no type follows for a value. Always false.</summary>
    public bool NoTypeError(OperationState state, string name, string text) =>
        CustomMeaningError(state, Position, "NEST1404", $"has no type for '{name}': {text}");

    /// <summary>Reports a written type that a value cannot have. Always false.</summary>
    public bool WrongTypeError(OperationState state, string name, string wanted, IrType found)
    {
        Errors++;
        Context.Diagnostics.Emit(new Diagnostics.Diagnostic(Diagnostics.Severity.Error, "NEST1402", state.Location,
            $"custom op '{state.Info.Name}' '{name}' must be {wanted}, but got '{found}'"));
        return false;
    }

    // Properties --------------------------------------------------------------------------------------------------------

    public bool ParseValue(out long value)
    {
        value = 0;
        return ParseAttr(Context.Common.I64) is { } attr && (PropertyForm.TryGet(attr, out value) || WrongKind());
    }

    public bool ParseValue(out int value)
    {
        value = 0;
        return ParseAttr(Context.Common.I32) is { } attr && (PropertyForm.TryGet(attr, out value) || WrongKind());
    }

    public bool ParseValue(out bool value)
    {
        value = false;
        return ParseAttr(Context.Common.I1) is { } attr && (PropertyForm.TryGet(attr, out value) || WrongKind());
    }

    public bool ParseValue(out double value)
    {
        value = 0;
        return ParseAttr(Context.Common.F64) is { } attr && (PropertyForm.TryGet(attr, out value) || WrongKind());
    }

    public bool ParseValue(out float value)
    {
        value = 0;
        return ParseAttr(Context.Common.F32) is { } attr && (PropertyForm.TryGet(attr, out value) || WrongKind());
    }

    /// <summary>A string in quotes.</summary>
    public bool ParseValue(out StringAttr value)
    {
        value = null!;
        if (ParseAttr(Context.Common.None) is not { } attr) return false;
        if (attr is not StringAttr text) return WrongKind();
        value = text;
        return true;
    }

    // Where a kind of attribute is wrong although it was read with its type, the place after it is as good as any.
    private bool WrongKind() => MeaningError(Position, "NEST1405", "invalid kind of attribute specified");

    /// <summary>`[1, 2]`.</summary>
    public bool ParseValue(out long[] values)
    {
        Vec<long> list = default;
        bool ok = ParseList(ref list);
        values = list.ToArray();
        return ok;
    }

    /// <summary>`[1, 2]`.</summary>
    public bool ParseValue(out int[] values)
    {
        Vec<long> list = default;
        int position = Position;
        bool ok = ParseList(ref list);
        values = new int[list.Count];
        for (int i = 0; i < values.Length && ok; i++)
        {
            values[i] = (int)list[i];
            if (values[i] != list[i]) ok = MeaningError(position, "NEST1406", $"{list[i]} does not fit 32 bits");
        }
        return ok;
    }

    /// <summary>`[true, false]`.</summary>
    public bool ParseValue(out bool[] values)
    {
        Vec<long> list = default;
        bool ok = ParseList(ref list);
        values = new bool[list.Count];
        for (int i = 0; i < values.Length; i++) values[i] = list[i] != 0;
        return ok;
    }

    /// <summary>`[1.0, 2.5]`.</summary>
    public bool ParseValue(out double[] values)
    {
        Vec<double> list = default;
        bool ok = ParseList(ref list);
        values = list.ToArray();
        return ok;
    }

    /// <summary>`[1.0, 2.5]`.</summary>
    public bool ParseValue(out float[] values)
    {
        Vec<double> list = default;
        bool ok = ParseList(ref list);
        values = new float[list.Count];
        for (int i = 0; i < values.Length; i++) values[i] = (float)list[i];
        return ok;
    }

    private bool ParseList(ref Vec<long> into)
    {
        if (!ParseLSquare()) return false;
        if (TryParse(TokenKind.RSquare)) return true;
        do
        {
            if (!ParseInteger(out long value)) return false;
            into.Add(value);
        }
        while (TryParseComma());
        return ParseRSquare();
    }

    private bool ParseList(ref Vec<double> into)
    {
        if (!ParseLSquare()) return false;
        if (TryParse(TokenKind.RSquare)) return true;
        do
        {
            if (!ParseValue(out double value)) return false;
            into.Add(value);
        }
        while (TryParseComma());
        return ParseRSquare();
    }

    /// <summary>`@name`.</summary>
    public bool ParseSymbol(out StringAttr name)
    {
        name = ParseSymbolName()!;
        return name is not null;
    }

    /// <summary>An attribute of a class (or with an interface).</summary>
    public bool ParseAttrOf<T>(OperationState state, out T attr) where T : class
    {
        int position = Position;
        attr = null!;
        if (ParseAttr() is not { } parsed) return false;
        if (parsed is not T fits) return CustomMeaningError(state, position, "NEST1405", "invalid kind of attribute specified");
        attr = fits;
        return true;
    }

    // Enums -------------------------------------------------------------------------------------------------------------

    /// <summary>The word, or the contents of the string, that stands here; empty for other tokens.</summary>
    public ReadOnlySpan<byte> CaseText => kind switch
    {
        TokenKind.Bare or TokenKind.IntType => TokenText,
        TokenKind.String => StringBytes(),
        _ => default,
    };

    /// <summary>Consumes what <see cref="CaseText"/> showed.</summary>
    public void SkipCase() => Advance();

    /// <summary>Reports that a case of an enum was expected. Always false.</summary>
    public bool ExpectedCase(OperationState state, string attribute, string cases) => kind == TokenKind.String
        ? CustomError(state, Position, "NEST1407", $"invalid {attribute} attribute specification: {Encoding.UTF8.GetString(TokenText)}")
        : CustomError(state, Position, "NEST1407", $"expected string or keyword containing one of the following enum values for attribute '{attribute}' [{cases}]");

    /// <summary>Reports that a case of an enum attribute was expected. Always false.</summary>
    public bool ExpectedCase(int position, string cases) => Error(position, "NEST1407", $"expected one of: {cases}");

    /// <summary>Reports that a word was expected at the current token. Always false.</summary>
    public bool ExpectedKeyword() => Error(Position, "NEST1407", "expected valid keyword");

    /// <summary>Reports a mnemonic that no attribute of a dialect has. Always false.</summary>
    public bool UnknownMnemonic(int position, string dialect, ReadOnlySpan<byte> mnemonic) =>
        MeaningError(position, "NEST1408", $"unknown attribute `{Encoding.UTF8.GetString(mnemonic)}` in dialect `{dialect}`");

    // The whole ---------------------------------------------------------------------------------------------------------

    /// <summary>Reports that a clause of an order-independent list stands twice. Always false.</summary>
    public bool ClauseTwice(OperationState state, string keyword) => CustomError(state, Position, "NEST1409",
        $"`{keyword}` clause can appear at most once in the expansion of the oilist directive");

    /// <summary>
    /// Makes properties of the inherent attributes that stood in the attribute dictionary, so that result types can be inferred from
    /// them. One that does not fit is reported at <paramref name="position"/>.
    /// </summary>
    public bool ApplyInherent(OperationState state, int position)
    {
        Span<NamedAttr> all = state.Attributes.Span;
        int kept = 0;
        for (int i = 0; i < all.Length; i++)
        {
            if (state.Op.SetInherent(all[i].Name.Utf8, all[i].Value)) continue;
            if (ConstraintOf(state.Info.Definition!, all[i].Name) is { } constraint)
            {
                return CustomMeaningError(state, position, "NEST2027",
                    $"'{state.Info.Name}' op attribute '{all[i].Name}' failed to satisfy constraint: {constraint}");
            }
            all[kept++] = all[i];
        }
        state.Attributes.Truncate(kept);
        return true;
    }

    private static string? ConstraintOf(OpDefinition definition, Identifier name)
    {
        bool known = false;
        foreach (string inherent in definition.InherentNames) known |= inherent == name.ToString();
        if (!known) return null;
        foreach ((string property, string constraint, bool _) in definition.Documentation.Properties)
            if (property == name.ToString()) return constraint;
        return "i32 dense array attribute";
    }

    /// <summary>Where the inference of result types says what is wrong: at the operation.</summary>
    public Action<string> InferenceErrors(OperationState state)
    {
        return message =>
        {
            Errors++;
            Context.Diagnostics.Emit(new Diagnostics.Diagnostic(Diagnostics.Severity.Error, "NEST1410", state.Location, $"'{state.Info.Name}' op {message}"));
        };
    }
}
