using System.Collections.Generic;
using System.Globalization;

namespace NestC.Generators;

/// <summary>Writes the keywords of enums, and the attribute class of those that have one.</summary>
internal static class EnumEmitter
{
    /// <summary>`KeywordOfX`, `TryParseX` and `IsX` as members of the class that is being written.</summary>
    public static void Keywords(CodeWriter code, EnumModel model, string accessibility)
    {
        string name = model.Name, type = model.FullType;
        code.Open($"{accessibility} static ReadOnlySpan<byte> KeywordOf{name}({type} value) => value switch");
        HashSet<long> values = [];
        foreach (EnumCase c in model.Cases)
            if (values.Add(c.Value)) code.Line($"{type}.{c.Member} => {Utf8(c.Keyword)},");
        code.Line("_ => default,");
        code.Close(";");
        code.Line();
        code.Open($"{accessibility} static bool TryParse{name}(ReadOnlySpan<byte> keyword, out {type} value)");
        foreach (EnumCase c in model.Cases)
            code.Line($"if (keyword.SequenceEqual({Utf8(c.Keyword)})) {{ value = {type}.{c.Member}; return true; }}");
        code.Line("value = default;");
        code.Line("return false;");
        code.Close();
        code.Line();
        if (model.IsFlags)
        {
            long all = 0;
            foreach (EnumCase c in model.Cases) all |= c.Value;
            code.Line($"{accessibility} static bool Is{name}(long value) => (value & ~{all.ToString(CultureInfo.InvariantCulture)}L) == 0;");
            return;
        }
        List<string> numbers = [];
        values.Clear();
        foreach (EnumCase c in model.Cases)
            if (values.Add(c.Value)) numbers.Add(c.Value.ToString(CultureInfo.InvariantCulture));
        code.Line($"{accessibility} static bool Is{name}(long value) => value is {(numbers.Count == 0 ? "not 0 and 0" : string.Join(" or ", numbers))};");
    }

    private static string Utf8(string text) => Names.Quote(text) + "u8";

    public static string Emit(EnumModel model)
    {
        CodeWriter code = new();
        OpEmitter.Header(code, model.Namespace);
        string type = model.Name, attr = type + "Attr";
        code.Line($"/// <summary>`#{model.Mnemonic}`: a value of <see cref=\"{type}\"/>.</summary>");
        code.Open($"{model.Accessibility} sealed class {attr} : Attr");
        code.Line($"private {attr}({type} value) : base(Hash.Combine(Hash.OfBytes({Utf8(model.Mnemonic!)}), (int)value)) => Value = value;");
        code.Line();
        code.Line($"public {type} Value {{ get; }}");
        code.Line();
        code.Line($"public static {attr} Get(NestContext context, {type} value) => context.Intern(new {attr}(value));");
        code.Line();
        code.Line($"{model.Protected} override bool SameStructure(Interned other) => other is {attr} o && o.Value == Value;");
        code.Line();
        code.Open("public override void Print(AsmPrinter printer, TypeElision elideType)");
        int dot = model.Mnemonic!.IndexOf('.');
        code.Line($"printer.Out.Write({Utf8("#" + (model.IsBare ? $"{model.Mnemonic.Substring(0, dot)}<{model.Mnemonic.Substring(dot + 1)} " : model.Mnemonic))});");
        code.Line("PrintBody(printer, Value);");
        if (model.IsBare) code.Line("printer.Out.Write('>');");
        code.Close();
        code.Line();
        Body(code, model, type, attr);
        code.Line();
        Keywords(code, model, "public");
        code.Close();
        return code.ToString();
    }

    private static void Body(CodeWriter code, EnumModel model, string type, string attr)
    {
        string body = model.IsBare ? "case" : "&lt;case&gt;";
        code.Line($"/// <summary>Writes `{body}`.</summary>");
        code.Open($"public static void PrintBody(AsmPrinter printer, {type} value)");
        if (!model.IsBare) code.Line("printer.Out.Write('<');");
        if (model.IsFlags)
        {
            code.Line($"ReadOnlySpan<byte> one = KeywordOf{type}(value);");
            code.Open("if (!one.IsEmpty)");
            code.Line("printer.Out.Write(one);");
            code.Close();
            code.Open("else");
            code.Line("bool first = true;");
            foreach (EnumCase c in model.Cases)
            {
                if (c.Value == 0 || (c.Value & (c.Value - 1)) != 0) continue;
                code.Line($"if ((value & {type}.{c.Member}) != 0) PrintFlag(printer, {Utf8(c.Keyword)}, ref first);");
            }
            code.Close();
        }
        else code.Line($"printer.Out.Write(KeywordOf{type}(value));");
        if (!model.IsBare) code.Line("printer.Out.Write('>');");
        code.Close();
        code.Line();
        if (model.IsFlags)
        {
            code.Open("private static void PrintFlag(AsmPrinter printer, ReadOnlySpan<byte> keyword, ref bool first)");
            code.Line($"if (!first) printer.Out.Write({Utf8(model.Separator == "," ? "," : model.Separator)});");
            code.Line("first = false;");
            code.Line("printer.Out.Write(keyword);");
            code.Close();
            code.Line();
        }
        code.Line($"/// <summary>Reads `{body}`; false after an error was reported.</summary>");
        code.Open($"public static bool ParseBody(AsmParser parser, out {type} value)");
        code.Line("value = default;");
        if (!model.IsBare) code.Line("if (!parser.ParseLess()) return false;");
        code.Line("int position = parser.Position;");
        if (model.IsFlags)
        {
            code.Open("do");
            code.Line($"{type} flag;");
            code.Line("if (!parser.TryParseKeyword(out ReadOnlySpan<byte> keyword)) return parser.ExpectedKeyword();");
            code.Line($"if (!TryParse{type}(keyword, out flag)) return parser.ExpectedCase(position, {Names.Quote(CaseList(model))});");
            code.Line("value |= flag;");
            code.Close();
            code.Line($"while (parser.TryParse(TokenKind.{(model.Separator.Trim() == "," ? "Comma" : "VerticalBar")}));");
        }
        else
        {
            code.Line("if (!parser.TryParseKeyword(out ReadOnlySpan<byte> keyword)) return parser.ExpectedKeyword();");
            code.Line($"if (!TryParse{type}(keyword, out value)) return parser.ExpectedCase(position, {Names.Quote(CaseList(model))});");
        }
        code.Line(model.IsBare ? "return true;" : "return parser.ParseGreater();");
        code.Close();
        code.Line();
        code.Line($"/// <summary>Reads `{body}` to an attribute; null after an error was reported.</summary>");
        code.Line($"public static {attr}? Parse(AsmParser parser) => ParseBody(parser, out {type} value) ? Get(parser.Context, value) : null;");
    }

    /// <summary>The keywords as they stand in messages.</summary>
    public static string CaseList(EnumModel model)
    {
        List<string> words = [];
        foreach (EnumCase c in model.Cases) words.Add(c.Keyword);
        return string.Join(", ", words);
    }
}
