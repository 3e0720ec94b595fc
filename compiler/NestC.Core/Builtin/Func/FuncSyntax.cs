using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

// `func.func private @f(%x: i32 {a.b}) -> (i32 {a.c}) attributes {d} { ... }`
public sealed partial class FuncOp
{
    private static readonly string[] shown = ["sym_name", "sym_visibility", "function_type", "arg_attrs", "res_attrs"];

    public static bool Parse(AsmParser parser, OperationState state)
    {
        FuncOp self = (FuncOp)state.Op;
        if (parser.AtKeyword("private"u8) || parser.AtKeyword("public"u8) || parser.AtKeyword("nested"u8))
        {
            self._symVisibility = StringAttr.Get(parser.Context, parser.TokenText);
            parser.Advance();
        }
        if (parser.Kind != TokenKind.AtIdentifier)
            return parser.CustomError(state, parser.Position, "NEST1027", "expected valid '@'-identifier for symbol name");
        self._symName = parser.ParseSymbolName();
        Vec<AsmParser.RegionArgument> arguments = default;
        Vec<IrType> inputs = default, results = default;
        Vec<Attr> argumentAttrs = default, resultAttrs = default;
        if (!ParseArguments(parser, state, ref arguments, ref inputs, ref argumentAttrs)) return false;
        if (parser.TryParse(TokenKind.Arrow) && !ParseResults(parser, ref results, ref resultAttrs)) return false;
        self._functionType = FunctionType.Get(parser.Context, inputs.Span, results.Span);
        if (!ParseAttributes(parser, state)) return false;
        if (!argumentAttrs.IsEmpty) self._argAttrs = Complete(parser.Context, argumentAttrs, inputs.Count);
        if (!resultAttrs.IsEmpty) self._resAttrs = Complete(parser.Context, resultAttrs, results.Count);
        Region body = state.AddRegion();
        if (parser.Kind != TokenKind.LBrace) return true;
        int position = parser.Position;
        // As upstream, names around a function are not hidden: where a brace is missing, the next function shows it.
        if (!parser.ParseRegion(body, arguments.Span)) return false;
        return !body.IsEmpty || parser.CustomMeaningError(state, position, "NEST1341", "expected non-empty function body");
    }

    private static bool ParseArguments(AsmParser parser, OperationState state, ref Vec<AsmParser.RegionArgument> arguments, ref Vec<IrType> inputs,
        ref Vec<Attr> attrs)
    {
        if (!parser.ParseLParen()) return false;
        if (parser.TryParse(TokenKind.RParen)) return true;
        do
        {
            int position = parser.Position;
            DictionaryAttr? own = null;
            if (parser.Kind == TokenKind.PercentIdentifier)
            {
                if (arguments.IsEmpty && !inputs.IsEmpty)
                    return parser.CustomError(state, position, "NEST1342", "expected type instead of SSA identifier");
                if (!parser.ParseRegionArgument(out AsmParser.RegionArgument argument, out own, allowAttributes: true)) return false;
                arguments.Add(argument);
                inputs.Add(argument.Type);
            }
            else
            {
                if (!arguments.IsEmpty) return parser.CustomError(state, position, "NEST1342", "expected SSA identifier");
                if (parser.ParseType() is not { } type) return false;
                inputs.Add(type);
                if (parser.Kind == TokenKind.LBrace && (own = parser.ParseDictionary()) is null) return false;
                // A location may follow; a declaration's argument has no value that could keep it.
                if (parser.AtKeyword("loc"u8) && parser.ParseAttr() is null) return false;
            }
            AddAttrs(parser.Context, ref attrs, own, inputs.Count);
        }
        while (parser.TryParseComma());
        return parser.ParseRParen();
    }

    private static bool ParseResults(AsmParser parser, ref Vec<IrType> results, ref Vec<Attr> attrs)
    {
        if (!parser.TryParse(TokenKind.LParen))
        {
            if (parser.ParseType() is not { } single) return false;
            results.Add(single);
            return true;
        }
        if (parser.TryParse(TokenKind.RParen)) return true;
        do
        {
            if (parser.ParseType() is not { } type) return false;
            results.Add(type);
            DictionaryAttr? own = null;
            if (parser.Kind == TokenKind.LBrace && (own = parser.ParseDictionary()) is null) return false;
            AddAttrs(parser.Context, ref attrs, own, results.Count);
        }
        while (parser.TryParseComma());
        return parser.ParseRParen();
    }

    // Keeps the list empty until something has attributes.
    private static void AddAttrs(NestContext context, ref Vec<Attr> attrs, DictionaryAttr? own, int count)
    {
        if (own is null or { IsEmpty: true }) return;
        while (attrs.Count < count - 1) attrs.Add(context.Common.EmptyDictionary);
        attrs.Add(own);
    }

    private static ArrayAttr Complete(NestContext context, Vec<Attr> attrs, int count)
    {
        while (attrs.Count < count) attrs.Add(context.Common.EmptyDictionary);
        return ArrayAttr.Get(context, attrs.Span);
    }

    private static bool ParseAttributes(AsmParser parser, OperationState state)
    {
        int position = parser.Position;
        if (!parser.AtKeyword("attributes"u8)) return true;
        if (!parser.ParseAttrDictWithKeyword(state)) return false;
        foreach (NamedAttr entry in state.Attributes.Span)
        {
            ReadOnlySpan<byte> name = entry.Name.Utf8;
            if (!name.SequenceEqual("sym_name"u8) && !name.SequenceEqual("sym_visibility"u8) && !name.SequenceEqual("function_type"u8)) continue;
            return parser.CustomMeaningError(state, position, "NEST1343",
                $"'{entry.Name}' is an inferred attribute and should not be specified in the explicit attribute dictionary");
        }
        return true;
    }

    public void Print(AsmPrinter printer)
    {
        printer.Out.Write(' ');
        if (SymVisibility is { } visibility)
        {
            printer.Out.Write(visibility.Utf8);
            printer.Out.Write(' ');
        }
        printer.WriteSymbolName(SymName.Utf8);
        printer.Out.Write('(');
        ReadOnlySpan<IrType> inputs = FunctionType.Inputs, results = FunctionType.Results;
        for (int i = 0; i < inputs.Length; i++)
        {
            if (i > 0) printer.Out.Write(", "u8);
            if (Body.First is { } entry) printer.WriteRegionArgument(entry.ArgumentAt(i), ArgAttrsOf(i));
            else
            {
                printer.Write(inputs[i]);
                if (ArgAttrsOf(i) is { } attrs) printer.WriteAttrDict(attrs);
            }
        }
        printer.Out.Write(')');
        if (results.Length > 0) PrintResults(printer, results);
        printer.WriteAttrDict(this, shown, withKeyword: true);
        if (Body.IsEmpty) return;
        printer.Out.Write(' ');
        printer.WriteRegion(Body, printEntryArguments: false);
    }

    private void PrintResults(AsmPrinter printer, ReadOnlySpan<IrType> results)
    {
        printer.Out.Write(" -> "u8);
        bool parens = results.Length != 1 || results[0] is FunctionType || ResAttrsOf(0) is not null;
        if (parens) printer.Out.Write('(');
        for (int i = 0; i < results.Length; i++)
        {
            if (i > 0) printer.Out.Write(", "u8);
            printer.Write(results[i]);
            if (ResAttrsOf(i) is { } attrs) printer.WriteAttrDict(attrs);
        }
        if (parens) printer.Out.Write(')');
    }
}
