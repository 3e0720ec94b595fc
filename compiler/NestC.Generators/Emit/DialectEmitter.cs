using System.Collections.Generic;

namespace NestC.Generators;

/// <summary>Writes the other half of a dialect's class: its operations and enum attributes.</summary>
internal static class DialectEmitter
{
    public static string Emit(DialectModel dialect, List<OpEntry> ops, List<EnumModel> enums)
    {
        CodeWriter code = new();
        OpEmitter.Header(code, dialect.Namespace);
        code.Open($"partial class {dialect.Class}");
        if (ops.Count > 0)
        {
            code.Line("private static readonly string[] opNames =");
            code.Line("[");
            code.Indent();
            foreach (OpEntry op in ops) code.Line($"{Names.Quote(op.OpName)},");
            code.Unindent();
            code.Line("];");
            code.Line();
            code.Line("public override ReadOnlySpan<string> OpNames => opNames;");
            code.Line();
            code.Open("protected override OpDefinition MakeOp(int index) => index switch");
            // Not `new`: ahead-of-time code loads all classes that a method makes before it runs.
            for (int i = 0; i < ops.Count; i++) code.Line($"{i} => {ops[i].FullClass}.Definition.Make(),");
            code.Line("_ => throw new ArgumentOutOfRangeException(nameof(index)),");
            code.Close(";");
            code.Line();
        }
        if (dialect.WritesRegister)
        {
            code.Line($"/// <summary>Makes the dialect `{dialect.Name}` known to a context.</summary>");
            code.Line($"public static void Register(NestContext context) => context.Register({Names.Quote(dialect.Name)}, static c => new {dialect.Class}(c));");
            code.Line();
        }
        if (enums.Count > 0) EnumAttrs(code, dialect, enums);
        code.Close();
        return code.ToString();
    }

    private static void EnumAttrs(CodeWriter code, DialectModel dialect, List<EnumModel> enums)
    {
        code.Line("/// <summary>Parses the body of an enum attribute by its mnemonic; `known` is false for other mnemonics.</summary>");
        code.Open("private static Attr? ParseEnumAttr(AsmParser parser, ReadOnlySpan<byte> mnemonic, out bool known)");
        code.Line("known = true;");
        foreach (EnumModel model in enums)
        {
            string mnemonic = model.Mnemonic!.Substring(dialect.Name.Length + 1);
            string full = model.Namespace.Length == 0 || model.Namespace == dialect.Namespace ? model.Name : $"global::{model.Namespace}.{model.Name}";
            code.Line($"if (mnemonic.SequenceEqual({Names.Quote(mnemonic)}u8)) return {full}Attr.Parse(parser);");
        }
        code.Line("known = false;");
        code.Line("return null;");
        code.Close();
        if (!dialect.WritesParseAttr) return;
        code.Line();
        code.Open("public override Attr? ParseAttr(AsmParser parser, IrType? type)");
        code.Line("int position = parser.Position;");
        code.Line("if (!parser.TryParseKeyword(out ReadOnlySpan<byte> mnemonic)) return base.ParseAttr(parser, type);");
        code.Line("Attr? attr = ParseEnumAttr(parser, mnemonic, out bool known);");
        code.Line("if (!known) parser.UnknownMnemonic(position, Name, mnemonic);");
        code.Line("return attr;");
        code.Close();
    }
}
