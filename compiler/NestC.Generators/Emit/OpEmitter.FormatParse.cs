using System.Collections.Generic;

namespace NestC.Generators;

// Parsing by the format: elements are read into locals and properties, then types are found and operands resolved.
internal sealed partial class OpEmitter
{
    private void FormatParse()
    {
        code.Open("public override bool Parse(AsmParser parser, OperationState state)");
        if (ParseNeedsSelf()) code.Line($"{op.Class} self = ({op.Class})state.Op;");
        ParseLocals();
        foreach (FormatElement element in format!.Elements) Parse(element);
        ParseResolve();
        code.Line("return true;");
        code.Close();
        code.Line();
    }

    private bool ParseNeedsSelf()
    {
        if (op.SizesOperands || op.SizesResults) return true;
        foreach (PropModel prop in op.Props)
            if (format!.Bound.Contains(prop.Name)) return true;
        return false;
    }

    private static string TypeLocal(ValueModel v) => Names.CamelRaw(v.Property) + (v.Arity == Arity.One ? "Type" : "Types");

    private static string PositionLocal(ValueModel v) => Names.CamelRaw(v.Property) + "Position";

    private bool IsWritten(ValueModel v) => format!.Typed.Contains(v.Name);

    private void ParseLocals()
    {
        foreach (ValueModel v in op.Operands)
        {
            if (format!.AllOperands) continue;
            code.Line(v.Arity == Arity.One ? $"UnresolvedOperand {v.Local} = default;" : $"Vec<UnresolvedOperand> {v.Local} = default;");
            if (v.Arity != Arity.One && IsWritten(v)) code.Line($"int {PositionLocal(v)} = parser.Position;");
        }
        if (format!.AllOperands) code.Line("Vec<UnresolvedOperand> allOperands = default;");
        if (format.AllOperands || format.AllOperandTypes) code.Line("int operandsPosition = parser.Position;");
        foreach (ValueModel v in AllValues())
            if (IsWritten(v)) code.Line(v.Arity == Arity.One ? $"IrType? {TypeLocal(v)} = null;" : $"Vec<IrType> {TypeLocal(v)} = default;");
        if (format.AllOperandTypes) code.Line("Vec<IrType> allOperandTypes = default;");
        if (format.AllResultTypes) code.Line("Vec<IrType> allResultTypes = default;");
        foreach (RegionModel r in op.Regions)
            if (!format.AllRegions) code.Line(r.IsVariadic ? $"Vec<Region> {r.Local} = default;" : $"Region {r.Local} = new();");
        foreach (SuccessorModel s in op.Successors)
            if (!format.AllSuccessors) code.Line(s.IsVariadic ? $"Vec<Block> {s.Local} = default;" : $"Block? {s.Local} = null;");
    }

    private void Need(string call) => code.Line($"if (!{call}) return false;");

    private static string TokenKindOf(string punctuation) => punctuation switch
    {
        "->" => "Arrow",
        "..." => "Ellipsis",
        ":" => "Colon",
        "," => "Comma",
        "=" => "Equal",
        "<" => "Less",
        ">" => "Greater",
        "(" => "LParen",
        ")" => "RParen",
        "[" => "LSquare",
        "]" => "RSquare",
        "{" => "LBrace",
        "}" => "RBrace",
        "?" => "Question",
        "+" => "Plus",
        "*" => "Star",
        "-" => "Minus",
        "/" => "Slash",
        _ => "VerticalBar",
    };

    private void Parse(FormatElement element)
    {
        switch (element)
        {
            case LiteralElement literal:
                Need(literal.IsKeyword ? $"parser.ParseKeyword(state, {Utf8(literal.Text)})" : $"parser.Parse(TokenKind.{TokenKindOf(literal.Text)})");
                break;
            case OperandElement { Value: var v }:
                ParseOperand(v);
                break;
            case PropElement prop:
                ParseProp(prop);
                break;
            case RegionElement { Region: var r }:
                Need(r.IsVariadic ? $"parser.ParseRegions(ref {r.Local}, {Isolated()})" : $"parser.ParseRegion({r.Local}, isolated: {Isolated()})");
                if (r.Terminator is not null) code.Line($"ImplicitTerminator.Ensure({r.Local}, parser.Context, state.Location, {Utf8(r.Terminator)});");
                break;
            case SuccessorElement { Successor: var s }:
                Need(s.IsVariadic ? $"parser.ParseSuccessors(ref {s.Local})" : $"parser.ParseSuccessor(out {s.Local})");
                break;
            case AllElement { What: "operands" }:
                code.Line("operandsPosition = parser.Position;");
                Need("parser.ParseOperandList(ref allOperands)");
                break;
            case AllElement { What: "regions" }:
                Need($"parser.ParseRegions(ref state.Regions, {Isolated()})");
                break;
            case AllElement:
                Need("parser.ParseSuccessors(ref state.Successors)");
                break;
            case AttrDictElement dictionary:
                if (HasInherent) code.Line("int dictionaryPosition = parser.Position;");
                Need(dictionary.WithKeyword ? "parser.ParseAttrDictWithKeyword(state)" : "parser.ParseAttrDict(state)");
                if (HasInherent) Need("parser.ApplyInherent(state, dictionaryPosition)");
                break;
            case PropDictElement:
                Need("parser.ParsePropDict(state)");
                break;
            case TypeElement type:
                ParseTypes(type.Of);
                break;
            case FunctionalTypeElement type:
                ParseFunctionalType(type);
                break;
            case OptionalElement group:
                ParseOptional(group);
                break;
            case OrderIndependentElement list:
                ParseClauses(list);
                break;
            case CustomElement custom:
                ParseCustom(custom);
                break;
        }
    }

    private string Isolated() => op.IsIsolated ? "true" : "false";

    private void ParseOperand(ValueModel v)
    {
        if (v.Arity == Arity.One)
        {
            Need($"parser.ParseOperand(out {v.Local})");
            return;
        }
        if (IsWritten(v)) code.Line($"{PositionLocal(v)} = parser.Position;");
        Need(v.Arity == Arity.Variadic ? $"parser.ParseOperandList(ref {v.Local})" : $"parser.ParseOptionalOperand(ref {v.Local})");
    }

    private void ParseTypes(FormatElement of)
    {
        switch (of)
        {
            case OperandElement { Value: { Arity: Arity.One } v }:
                code.Line($"if (({TypeLocal(v)} = parser.ParseType()) is null) return false;");
                break;
            case OperandElement { Value: { Arity: Arity.Optional } v }:
                Need($"parser.ParseOptionalType(ref {TypeLocal(v)})");
                break;
            case OperandElement { Value: var v }:
                Need($"parser.ParseTypeList(ref {TypeLocal(v)})");
                break;
            case AllElement { What: "operands" }:
                Need("parser.ParseTypeList(ref allOperandTypes)");
                break;
            default:
                Need("parser.ParseTypeList(ref allResultTypes)");
                break;
        }
    }

    private void ParseFunctionalType(FunctionalTypeElement type)
    {
        code.Line("int typePosition = parser.Position;");
        Need("parser.ParseTypeOf(state, out FunctionType functionType)");
        From(type.Inputs, "functionType.Inputs", "operand");
        From(type.Outputs, "functionType.Results", "result");

        void From(FormatElement of, string types, string what)
        {
            if (of is AllElement all)
            {
                code.Line($"{(all.What == "operands" ? "allOperandTypes" : "allResultTypes")}.AddRange({types});");
                return;
            }
            ValueModel v = ((OperandElement)of).Value;
            if (v.Arity != Arity.One)
            {
                code.Line($"{TypeLocal(v)}.AddRange({types});");
                return;
            }
            code.Line($"if ({types}.Length != 1) return parser.TypeCountError(typePosition, state, {Names.Quote(v.Name)}, {types}.Length);");
            code.Line($"{TypeLocal(v)} = {types}[0];");
        }
    }

    private void ParseProp(PropElement element)
    {
        PropModel prop = element.Prop;
        string field = "self." + prop.Field;
        switch (prop.Kind)
        {
            case PropKind.Unit:
                Need("parser.ParseKeyword(state, \"unit\"u8)");
                code.Line($"{field} = true;");
                return;
            case PropKind.Enum:
                string cases = Names.Quote(EnumEmitter.CaseList(prop.Enum!));
                code.Line($"if (!TryParse{prop.Enum!.Name}(parser.CaseText, out {prop.Type} {prop.Local})) return parser.ExpectedCase(state, {Names.Quote(prop.Name)}, {cases});");
                code.Line("parser.SkipCase();");
                break;
            case PropKind.EnumAttr when element.IsQualified:
                Need($"parser.ParseAttrOf(state, out {prop.Enum!.AttrClass} {prop.Local}Attr)");
                code.Line($"{prop.Type} {prop.Local} = {prop.Local}Attr.Value;");
                break;
            case PropKind.EnumAttr:
                Need($"{prop.Enum!.AttrClass}.ParseBody(parser, out {prop.Type} {prop.Local})");
                break;
            case PropKind.String:
                Need($"parser.ParseValue(out StringAttr {prop.Local})");
                break;
            case PropKind.Symbol:
                Need($"parser.ParseSymbol(out StringAttr {prop.Local})");
                break;
            case PropKind.Attr when prop.HasBodySyntax && !element.IsQualified:
                code.Line($"if ({prop.Type}.ParseBody(parser) is not {prop.Type} {prop.Local}) return false;");
                break;
            case PropKind.Attr:
                Need($"parser.ParseAttrOf(state, out {prop.Type} {prop.Local})");
                break;
            case PropKind.Type:
                Need($"parser.ParseTypeOf(state, out {prop.Type} {prop.Local})");
                break;
            default:
                Need($"parser.ParseValue(out {prop.Type} {prop.Local})");
                break;
        }
        code.Line($"{field} = {prop.Local};");
        if (KeepsPresence(prop)) code.Line($"self.{prop.HasField} = true;");
    }

    private void ParseOptional(OptionalElement group)
    {
        FormatElement first = group.Then[0];
        int skip = 0;
        for (int i = 0; first is WhitespaceElement && i + 1 < group.Then.Count; i++)
        {
            first = group.Then[i + 1];
            skip = i + 1;
        }
        bool consumed = false;
        string condition;
        switch (first)
        {
            case LiteralElement literal:
                condition = literal.IsKeyword ? $"parser.TryParseKeyword({Utf8(literal.Text)})" : $"parser.TryParse(TokenKind.{TokenKindOf(literal.Text)})";
                consumed = true;
                break;
            case OperandElement:
                condition = "parser.Kind == TokenKind.PercentIdentifier";
                break;
            case PropElement { Prop: var p } prop:
                condition = StartsProp(p, prop.IsQualified);
                break;
            case RegionElement:
                condition = "parser.Kind == TokenKind.LBrace";
                break;
            default:
                condition = "parser.Kind == TokenKind.CaretIdentifier";
                break;
        }
        code.Open($"if ({condition})");
        Elements(group.Then, consumed ? skip + 1 : skip, group.IsInverted ? null : group.ElidedUnit);
        code.Close();
        if (group.Otherwise.Count == 0) return;
        code.Open("else");
        Elements(group.Otherwise, 0, group.IsInverted ? group.ElidedUnit : null);
        code.Close();

        void Elements(List<FormatElement> elements, int from, FormatElement? unit)
        {
            if (unit is PropElement { Prop: var u }) code.Line($"self.{u.Field} = true;");
            for (int i = from; i < elements.Count; i++)
                if (elements[i] != group.ElidedUnit) Parse(elements[i]);
        }
    }

    // Whether the current token starts a property's value.
    private static string StartsProp(PropModel prop, bool qualified) => prop.Kind switch
    {
        PropKind.Enum => $"TryParse{prop.Enum!.Name}(parser.CaseText, out _)",
        PropKind.EnumAttr when !qualified && prop.Enum!.IsBare => $"{prop.Enum.AttrClass}.TryParse{prop.Enum.Name}(parser.CaseText, out _)",
        PropKind.EnumAttr when !qualified => "parser.Kind == TokenKind.Less",
        PropKind.Attr when prop.HasBodySyntax && !qualified => "parser.Kind == TokenKind.Less",
        PropKind.EnumAttr => "parser.Kind == TokenKind.HashIdentifier",
        PropKind.Integer => "parser.Kind is TokenKind.Integer or TokenKind.Minus",
        PropKind.Float => "parser.Kind is TokenKind.Float or TokenKind.Integer or TokenKind.Minus",
        PropKind.Bool => "parser.AtKeyword(\"true\"u8) || parser.AtKeyword(\"false\"u8)",
        PropKind.String => "parser.Kind == TokenKind.String",
        PropKind.Symbol => "parser.Kind == TokenKind.AtIdentifier",
        PropKind.Array => "parser.Kind == TokenKind.LSquare",
        PropKind.Type => "parser.StartsType",
        _ => "parser.StartsAttr",
    };

    private void ParseClauses(OrderIndependentElement list)
    {
        for (int i = 0; i < list.Clauses.Count; i++) code.Line($"bool seen{ClauseName(list.Clauses[i])} = false;");
        code.Open("while (true)");
        for (int i = 0; i < list.Clauses.Count; i++)
        {
            List<FormatElement> clause = list.Clauses[i];
            string keyword = ((LiteralElement)clause[0]).Text, seen = "seen" + ClauseName(clause);
            code.Open($"{(i == 0 ? "" : "else ")}if (parser.AtKeyword({Utf8(keyword)}))");
            code.Line($"if ({seen}) return parser.ClauseTwice(state, {Names.Quote(keyword)});");
            code.Line($"{seen} = true;");
            Need($"parser.ParseKeyword(state, {Utf8(keyword)})");
            if (clause.Count == 2 && clause[1] is PropElement { Prop: { Kind: PropKind.Unit } unit }) code.Line($"self.{unit.Field} = true;");
            else
                for (int e = 1; e < clause.Count; e++) Parse(clause[e]);
            code.Close();
        }
        code.Line("else break;");
        code.Close();
    }

    private static string ClauseName(List<FormatElement> clause)
    {
        string text = ((LiteralElement)clause[0]).Text;
        return char.ToUpperInvariant(text[0]) + text.Substring(1).Replace(".", "_").Replace("$", "_");
    }

    private void ParseCustom(CustomElement custom)
    {
        List<string> arguments = ["parser"], after = [];
        foreach (FormatElement argument in custom.Arguments) arguments.Add(ParseArgument(argument, after));
        Need($"{op.Class}.Parse{custom.Name}({string.Join(", ", arguments)})");
        foreach (string line in after) code.Line(line);
    }

    private string ParseArgument(FormatElement argument, List<string> after)
    {
        switch (argument)
        {
            case OperandElement { Value: { Arity: Arity.One } v }:
                return $"out {v.Local}";
            case OperandElement { Value: var v }:
                return $"ref {v.Local}";
            case PropElement { Prop: var p }:
                string local = Names.CamelRaw(p.Property) + "Parsed";
                Assign(p, after, local);
                return $"out {p.Type}{(p.IsOptional ? "?" : "")} {local}";
            case RegionElement { Region: var r }:
                return r.IsVariadic ? $"ref {r.Local}" : r.Local;
            case SuccessorElement { Successor: var s }:
                return s.IsVariadic ? $"ref {s.Local}" : $"out {s.Local}";
            case TypeElement { Of: OperandElement { Value: { Arity: Arity.One } v } }:
                return $"out {TypeLocal(v)}";
            case TypeElement { Of: OperandElement { Value: var v } }:
                return $"ref {TypeLocal(v)}";
            case TypeElement { Of: AllElement all }:
                return all.What == "operands" ? "ref allOperandTypes" : "ref allResultTypes";
            case RefElement { Of: OperandElement { Value: var v } }:
                return v.Local;
            case RefElement { Of: PropElement { Prop: var p } }:
                return $"self.{p.Property}";
            case RefElement { Of: TypeElement { Of: OperandElement { Value: var v } } }:
                return v.Arity == Arity.One ? TypeLocal(v) + "!" : TypeLocal(v);
            case RefElement { Of: RegionElement { Region: var r } }:
                return r.Local;
            case StringElement text:
                return Names.Quote(text.Text);
            default:
                return "state";
        }
    }

    private static void Assign(PropModel prop, List<string> after, string local)
    {
        string field = "self." + prop.Field;
        if (prop.Kind is PropKind.String or PropKind.Symbol)
            after.Add(prop.IsOptional ? $"{field} = {local} is null ? null : StringAttr.Get(parser.Context, {local});" : $"{field} = StringAttr.Get(parser.Context, {local});");
        else after.Add($"{field} = {local};");
        if (KeepsPresence(prop)) after.Add($"self.{prop.HasField} = true;");
    }
}
