using System.Collections.Generic;

namespace NestC.Generators;

// Printing by the format. Where spaces stand is decided while generating, by upstream's rules: most elements are set off by
// a space, punctuation as one would write it by hand.
internal sealed partial class OpEmitter
{
    private bool emitSpace, afterPunctuation;

    private void FormatPrint()
    {
        CodeWriter outer = code;
        StaticElided(out string elided, out List<string> conditional);
        if (elided.Length > 0)
        {
            code.Line($"private static readonly string[] elidedNames = [{elided}];");
            code.Line();
        }
        code.Open("public override void Print(Operation op, AsmPrinter printer)");
        if (PrintNeedsSelf(conditional)) code.Line($"{op.Class} self = ({op.Class})op;");
        (emitSpace, afterPunctuation) = (true, false);
        pendingText = "";
        foreach (FormatElement element in format!.Elements) Print(element, elided.Length > 0, conditional);
        FlushText();
        outer.Close();
        code.Line();
    }

    private bool PrintNeedsSelf(List<string> conditional)
    {
        if (conditional.Count > 0) return true;
        foreach (FormatElement element in format!.Elements)
            if (NeedsSelf(element)) return true;
        return false;
    }

    private static bool NeedsSelf(FormatElement element) => element switch
    {
        LiteralElement or WhitespaceElement or AttrDictElement or PropDictElement or AllElement => false,
        TypeElement type => type.Of is not AllElement,
        FunctionalTypeElement type => type.Inputs is not AllElement || type.Outputs is not AllElement,
        _ => true,
    };

    // Inherent attributes that the attribute dictionary leaves out: always, and (conditions) when they have their default.
    private void StaticElided(out string always, out List<string> conditional)
    {
        List<string> names = [];
        conditional = [];
        foreach (PropModel prop in op.Props)
        {
            if (format!.Bound.Contains(prop.Name) || format.HasPropDict) names.Add(Names.Quote(prop.Name));
            else if (prop.Default is not null) conditional.Add($"if ({IsDefault(prop)}) elided.Add({Names.Quote(prop.Name)});");
        }
        if (op.SizesOperands && (!format!.AllOperands || format.HasPropDict)) names.Add("\"operandSegmentSizes\"");
        if (op.SizesResults && (!format!.AllResultTypes || format.HasPropDict)) names.Add("\"resultSegmentSizes\"");
        always = string.Join(", ", names);
    }

    private static string IsDefault(PropModel prop) => prop.ReadsDefault || prop.Kind is PropKind.String or PropKind.Symbol
        ? $"self.{prop.Property} == {prop.Default}"
        : $"self.{prop.Field} == {prop.Default}";

    // Text ---------------------------------------------------------------------------------------------------------------

    // Neighbouring literals are written at once.
    private string pendingText = "";

    private void Text(string text) => pendingText += text;

    private void FlushText()
    {
        if (pendingText.Length == 0) return;
        code.Line(pendingText.Length == 1 ? $"printer.Out.Write('{pendingText.Replace("'", "\\'")}');" : $"printer.Out.Write({Utf8(pendingText)});");
        pendingText = "";
    }

    private void Statement(string line)
    {
        FlushText();
        code.Line(line);
    }

    private void PrintLiteral(string value)
    {
        if (emitSpace && SpaceBefore(value)) Text(" ");
        Text(value);
        emitSpace = value.Length != 1 || "<({[".IndexOf(value[0]) < 0;
        afterPunctuation = value[0] != '_' && !char.IsLetter(value[0]);
    }

    private bool SpaceBefore(string value)
    {
        if (value.Length != 1 && value != "->") return true;
        return (afterPunctuation ? ">)}]," : "<>(){}[],").IndexOf(value[0]) < 0;
    }

    // Elements -----------------------------------------------------------------------------------------------------------

    private void Print(FormatElement element, bool hasElided, List<string> conditional)
    {
        switch (element)
        {
            case LiteralElement literal:
                PrintLiteral(literal.Text);
                return;
            case WhitespaceElement { Text: "\\n" }:
                Statement("printer.WriteNewLine();");
                return;
            case WhitespaceElement space:
                if (space.Text.Length > 0) Text(" ");
                afterPunctuation = space.Text.Length == 0;
                emitSpace = false;
                return;
            case OptionalElement optional:
                PrintOptional(optional, hasElided, conditional);
                return;
            case OrderIndependentElement list:
                PrintClauses(list, hasElided, conditional);
                return;
            case AttrDictElement dictionary:
                PrintAttrDict(dictionary, hasElided, conditional);
                afterPunctuation = false;
                return;
            case PropDictElement:
                PrintPropDict();
                afterPunctuation = false;
                return;
        }
        if (emitSpace || !afterPunctuation) Text(" ");
        emitSpace = true;
        afterPunctuation = false;
        PrintVariable(element);
    }

    private void PrintAttrDict(AttrDictElement dictionary, bool hasElided, List<string> conditional)
    {
        string method = ShowsAllInherent() ? "WriteDiscardable" : "WriteAttrDict";
        string keyword = dictionary.WithKeyword ? ", withKeyword: true" : "";
        if (conditional.Count == 0)
        {
            Statement($"printer.{method}(op, {(hasElided ? "elidedNames" : "default")}{keyword});");
            return;
        }
        Statement("Vec<string> elided = default;");
        if (hasElided) Statement("elided.AddRange(elidedNames);");
        foreach (string line in conditional) Statement(line);
        Statement($"printer.{method}(op, elided.Span{keyword});");
    }

    // Whether the syntax shows every inherent attribute, so that only discardable ones can be left for the dictionary.
    private bool ShowsAllInherent()
    {
        foreach (PropModel prop in op.Props)
            if (!format!.Bound.Contains(prop.Name) && !format.HasPropDict) return false;
        return (!op.SizesOperands || !format!.AllOperands || format.HasPropDict) && (!op.SizesResults || !format!.AllResultTypes || format.HasPropDict);
    }

    private void PrintPropDict()
    {
        List<string> bound = [];
        foreach (PropModel prop in op.Props)
            if (format!.Bound.Contains(prop.Name)) bound.Add(Names.Quote(prop.Name));
        if (op.SizesOperands && !format!.AllOperands) bound.Add("\"operandSegmentSizes\"");
        if (op.SizesResults && !format!.AllResultTypes) bound.Add("\"resultSegmentSizes\"");
        Statement($"printer.WritePropDict(op, [{string.Join(", ", bound)}]);");
    }

    private void PrintVariable(FormatElement element)
    {
        switch (element)
        {
            case OperandElement { Value: var v }:
                Statement(v.Arity switch
                {
                    Arity.One => $"printer.WriteOperand(self.{v.Property});",
                    Arity.Optional => $"if (self.{v.Property} is {{ }} {v.Local}) printer.WriteOperand({v.Local});",
                    _ => $"printer.WriteOperands(self.{v.Property});",
                });
                break;
            case PropElement prop:
                PrintProp(prop);
                break;
            case RegionElement { Region: var r }:
                Statement(r.IsVariadic ? $"printer.WriteRegions(self.{r.Property});"
                    : r.Terminator is null ? $"printer.WriteRegion(self.{r.Property});"
                    : $"printer.WriteRegion(self.{r.Property}, printTerminators: ImplicitTerminator.MustShow(self.{r.Property}));");
                break;
            case SuccessorElement { Successor: var s }:
                Statement(s.IsVariadic ? $"printer.WriteSuccessors(self.{s.Property});" : $"printer.WriteSuccessor(self.{s.Property});");
                break;
            case AllElement { What: "operands" }:
                Statement("printer.WriteOperands(op.Operands);");
                break;
            case AllElement { What: "regions" }:
                Statement("printer.WriteRegions(op.Regions);");
                break;
            case AllElement:
                Statement("printer.WriteSuccessors(new SuccessorRange(op, 0, op.SuccessorCount));");
                break;
            case TypeElement { Of: OperandElement { Value: { Arity: Arity.One } v } }:
                Statement($"printer.Write(self.{v.Property}.Type);");
                break;
            case TypeElement { Of: OperandElement { Value: { Arity: Arity.Optional } v } }:
                Statement($"if (self.{v.Property} is {{ }} {v.Local}Value) printer.Write({v.Local}Value.Type);");
                break;
            case TypeElement type:
                Statement($"printer.WriteTypes({Range(type.Of)});");
                break;
            case FunctionalTypeElement { Inputs: AllElement { What: "operands" }, Outputs: AllElement { What: "results" } }:
                Statement("printer.WriteFunctionalType(op);");
                break;
            case FunctionalTypeElement { Inputs: var inputs, Outputs: var outputs } when IsOperands(inputs) && !IsOperands(outputs):
                Statement($"printer.WriteFunctionalType({RangeOf(inputs)}, {RangeOf(outputs)});");
                break;
            case FunctionalTypeElement type:
                Statement($"printer.WriteFunctionalType({TypesOf(type.Inputs)}, {TypesOf(type.Outputs)});");
                break;
            case CustomElement custom:
                List<string> arguments = ["printer", "self"];
                foreach (FormatElement argument in custom.Arguments) arguments.Add(PrintArgument(argument));
                Statement($"{op.Class}.Print{custom.Name}({string.Join(", ", arguments)});");
                break;
        }
    }

    private bool IsOperands(FormatElement of) => of is AllElement { What: "operands" } || (of is OperandElement { Value: var v } && IndexOf(op.Operands, v.Name) >= 0);

    // The operands or results as a range, whatever their number.
    private string RangeOf(FormatElement of)
    {
        if (of is not OperandElement { Value: var v }) return Range(of);
        if (v.Arity == Arity.Variadic) return $"self.{v.Property}";
        bool isOperand = IsOperands(of);
        int index = IndexOf(isOperand ? op.Operands : op.Results, v.Name);
        return $"new {(isOperand ? "OperandRange" : "ResultRange")}(op, {Start(isOperand, index, "self.")}, {CountOf(isOperand, index, "self.")})";
    }

    private static string Range(FormatElement of) => of switch
    {
        OperandElement { Value: var v } => $"self.{v.Property}",
        AllElement { What: "operands" } => "op.Operands",
        _ => "op.Results",
    };

    private static string TypesOf(FormatElement of) => of switch
    {
        OperandElement { Value: { Arity: Arity.One } v } => $"[self.{v.Property}.Type]",
        OperandElement { Value: { Arity: Arity.Optional } v } => $"self.{v.Property} is {{ }} {v.Local}Value ? [{v.Local}Value.Type] : default(ReadOnlySpan<IrType>)",
        _ => Range(of) + ".Types()",
    };

    private string PrintArgument(FormatElement argument) => argument switch
    {
        OperandElement { Value: var v } => $"self.{v.Property}",
        PropElement { Prop: var p } => $"self.{p.Property}",
        RegionElement { Region: var r } => $"self.{r.Property}",
        SuccessorElement { Successor: var s } => $"self.{s.Property}",
        TypeElement { Of: OperandElement { Value: { Arity: Arity.One } v } } => $"self.{v.Property}.Type",
        TypeElement { Of: OperandElement { Value: { Arity: Arity.Optional } v } } => $"self.{v.Property}?.Type",
        TypeElement type => Range(type.Of) + ".Types()",
        RefElement reference => PrintArgument(reference.Of),
        StringElement text => Names.Quote(text.Text),
        _ => "op.Attributes",
    };

    private void PrintProp(PropElement element)
    {
        PropModel prop = element.Prop;
        string field = "self." + prop.Field;
        string value = prop.ReadsDefault ? "self." + prop.Property : prop.IsOptional && !prop.IsReference ? field + ".Value" : field;
        switch (prop.Kind)
        {
            case PropKind.Integer:
                Statement(prop.Type == "long" ? $"printer.Out.Write({value});" : $"printer.Out.Write((long){value});");
                break;
            case PropKind.Bool:
                Statement($"printer.Out.Write({value} ? \"true\"u8 : \"false\"u8);");
                break;
            case PropKind.Unit:
                Statement("printer.Out.Write(\"unit\"u8);");
                break;
            case PropKind.Float:
                Statement($"printer.Write({ToAttr(prop, "self.")}, TypeElision.Must);");
                break;
            case PropKind.String:
                Statement(prop.Default is null ? $"printer.WriteQuoted({field}!.Utf8);" : $"printer.WriteQuoted(System.Text.Encoding.UTF8.GetBytes(self.{prop.Property}));");
                break;
            case PropKind.Symbol:
                Statement($"printer.WriteSymbolName({field}!.Utf8);");
                break;
            case PropKind.Enum:
                Statement($"printer.Out.Write(KeywordOf{prop.Enum!.Name}({value}));");
                break;
            case PropKind.EnumAttr:
                Statement(element.IsQualified ? $"printer.Write({ToAttr(prop, "self.")});" : $"{prop.Enum!.AttrClass}.PrintBody(printer, {value});");
                break;
            case PropKind.Array:
                Statement(prop.Type is "double[]" or "float[]" ? $"printer.WriteArray(op.Context, {field}!);" : $"printer.WriteArray({field}!);");
                break;
            case PropKind.Type:
                Statement($"printer.Write({field}!);");
                break;
            case PropKind.Attr when prop.HasBodySyntax && !element.IsQualified:
                Statement($"{field}!.PrintBody(printer);");
                break;
            case PropKind.Attr:
                Statement(prop.Type == "ITypedAttr" ? $"printer.Write((Attr){field}!);" : $"printer.Write({field}!);");
                break;
        }
    }

    private void PrintOptional(OptionalElement group, bool hasElided, List<string> conditional)
    {
        string condition = Present(group.Anchor);
        FlushText();
        code.Open($"if ({(group.IsInverted ? $"!({condition})" : condition)})");
        foreach (FormatElement element in group.Then)
            if (element != group.ElidedUnit) Print(element, hasElided, conditional);
        FlushText();
        code.Close();
        if (group.Otherwise.Count == 0) return;
        code.Open("else");
        foreach (FormatElement element in group.Otherwise)
            if (element != group.ElidedUnit) Print(element, hasElided, conditional);
        FlushText();
        code.Close();
    }

    private void PrintClauses(OrderIndependentElement list, bool hasElided, List<string> conditional)
    {
        foreach (List<FormatElement> clause in list.Clauses)
        {
            List<string> conditions = [];
            for (int i = 1; i < clause.Count; i++)
                if (clause[i] is OperandElement or PropElement or RegionElement or SuccessorElement) conditions.Add(Present(clause[i]));
            FlushText();
            code.Open($"if ({(conditions.Count == 0 ? "true" : string.Join(" || ", conditions))})");
            bool unit = clause.Count == 2 && clause[1] is PropElement { Prop.Kind: PropKind.Unit };
            for (int i = 0; i < (unit ? 1 : clause.Count); i++) Print(clause[i], hasElided, conditional);
            FlushText();
            code.Close();
        }
    }

    /// <summary>Whether an element is there, as an expression over `self` and `op`.</summary>
    private static string Present(FormatElement element) => element switch
    {
        OperandElement { Value: { Arity: Arity.Variadic } v } => $"self.{v.Property}.Count > 0",
        OperandElement { Value: { Arity: Arity.Optional } v } => $"self.{v.Property} is not null",
        PropElement { Prop: { Default: not null } p } => p.ReadsDefault || p.Kind is PropKind.String or PropKind.Symbol ? $"self.{p.Property} != {p.Default}" : $"self.{p.Field} != {p.Default}",
        PropElement { Prop: var p } => IsSet(p, "self.") ?? "true",
        RegionElement { Region: var r } => r.IsVariadic ? $"self.{r.Property}.Length > 0" : $"!self.{r.Property}.IsEmpty",
        SuccessorElement { Successor: { IsVariadic: true } s } => $"self.{s.Property}.Count > 0",
        TypeElement { Of: OperandElement of } => Present(of),
        TypeElement { Of: AllElement all } => Present(all),
        AllElement { What: "operands" } => "op.OperandCount > 0",
        AllElement { What: "results" } => "op.ResultCount > 0",
        AllElement { What: "regions" } => "op.RegionCount > 0",
        AllElement => "op.SuccessorCount > 0",
        FunctionalTypeElement type => Present(type.Inputs),
        CustomElement custom => PresentAny(custom),
        RefElement reference => Present(reference.Of),
        _ => "true",
    };

    private static string PresentAny(CustomElement custom)
    {
        List<string> conditions = [];
        foreach (FormatElement argument in custom.Arguments)
        {
            string condition = Present(argument);
            if (condition != "true") conditions.Add(condition);
        }
        return conditions.Count == 0 ? "true" : string.Join(" || ", conditions);
    }
}
