using System.Collections.Generic;
using System.Globalization;

namespace NestC.Generators;

internal sealed partial class OpEmitter
{
    private bool HasInherent => op.Props.Count > 0 || op.SizesOperands || op.SizesResults;

    // Enums that integer attributes hold have their keywords in the class itself; others have an attribute class of their own.
    private void EnumSupport()
    {
        HashSet<string> done = [];
        foreach (PropModel prop in op.Props)
            if (prop.Kind == PropKind.Enum && done.Add(prop.Type))
            {
                EnumEmitter.Keywords(code, prop.Enum!, "private");
                code.Line();
            }
    }

    private void Properties()
    {
        foreach (PropModel prop in op.Props)
        {
            Storage(prop);
            code.Line();
            Setter(prop);
        }
        if (!HasInherent) return;
        PropertiesAttr();
        code.Line($"{op.Protected} override bool SetProperties(Attr properties, Action<string> error) => PropertyForm.SetAll(this, properties, error);");
        code.Line();
        Inherent();
        SetInherent();
        CopyProperties();
        Equality();
    }

    /// <summary>The C# type of the backing field.</summary>
    private static string FieldType(PropModel prop) => prop.Kind switch
    {
        PropKind.String or PropKind.Symbol => "StringAttr?",
        PropKind.Unit => "bool",
        _ when prop.IsReference || prop.IsOptional => prop.Type + "?",
        _ => prop.Type,
    };

    // Value types that must be given remember whether they were.
    private static bool KeepsPresence(PropModel prop) => prop.IsRequired && !prop.IsReference;

    private void Storage(PropModel prop)
    {
        bool text = prop.Kind is PropKind.String or PropKind.Symbol;
        string initial = prop.Default is null || prop.IsOptional || text ? "" : " = " + prop.Default;
        code.Line($"private {FieldType(prop)} {prop.Field}{initial};");
        if (KeepsPresence(prop)) code.Line($"private bool {prop.HasField};");
        code.Line();
        string type = prop.IsOptional && prop.Default is null ? prop.Type + "?" : prop.Type;
        string value = prop.ReadsDefault ? $"{prop.Field} ?? {prop.Default}" : prop.Field;
        if (text) value = prop.IsOptional && prop.Default is null ? $"{prop.Field}?.Value" : prop.Default is null ? $"{prop.Field}!.Value" : $"{prop.Field}?.Value ?? {prop.Default}";
        else if (prop.IsReference && !prop.IsOptional) value += "!";
        code.Line($"{prop.Modifiers} {type} {prop.Property} => {value};");
        if (!text) return;
        code.Line();
        code.Line($"/// <summary>`{prop.Name}` as an attribute; null when it is not set.</summary>");
        code.Line($"public StringAttr? {prop.Property}Attr => {prop.Field};");
    }

    private void Setter(PropModel prop)
    {
        string name = "Set" + prop.Property;
        if (Owns(name)) return;
        string type = prop.IsOptional ? prop.Type + "?" : prop.Type;
        code.Line($"/// <summary>Changes `{prop.Name}`.</summary>");
        code.Open($"public void {name}(OpBuilder builder, {type} value)");
        code.Line("builder.StartModify(this);");
        Assign(prop, "", "value", "builder.Context");
        code.Line("builder.FinishModify(this);");
        code.Close();
        code.Line();
    }

    // Stores a value of the property's own type.
    private void Assign(PropModel prop, string self, string value, string context)
    {
        if (prop.Kind is PropKind.String or PropKind.Symbol)
        {
            code.Line(prop.IsOptional
                ? $"{self}{prop.Field} = {value} is null ? null : StringAttr.Get({context}, {value});"
                : $"{self}{prop.Field} = StringAttr.Get({context}, {value});");
            return;
        }
        code.Line($"{self}{prop.Field} = {value};");
        if (KeepsPresence(prop)) code.Line($"{self}{prop.HasField} = true;");
    }

    /// <summary>Whether the property is set, as an expression; null when it always is.</summary>
    private static string? IsSet(PropModel prop, string self) => prop.Kind switch
    {
        PropKind.Unit => self + prop.Field,
        PropKind.String or PropKind.Symbol => $"{self}{prop.Field} is not null",
        _ when prop.IsReference || prop.IsOptional => $"{self}{prop.Field} is not null",
        _ when KeepsPresence(prop) => self + prop.HasField,
        _ => null,
    };

    /// <summary>The property, which is set, as an attribute.</summary>
    private static string ToAttr(PropModel prop, string self)
    {
        string field = self + prop.Field;
        string value = prop.IsOptional && !prop.IsReference ? field + ".Value" : field;
        string context = self.Length == 0 ? "Context" : self + "Context";
        return prop.Kind switch
        {
            PropKind.Unit => $"{context}.Common.Unit",
            PropKind.String or PropKind.Symbol => field,
            PropKind.Attr => prop.Type == "ITypedAttr" ? $"(Attr){field}" : field,
            PropKind.Type => $"PropertyForm.Of({field})",
            PropKind.Enum => $"PropertyForm.Of({context}, ({(prop.Enum!.Width == 32 ? "int" : "long")}){value})",
            PropKind.EnumAttr => $"{prop.Enum!.AttrClass}.Get({context}, {value})",
            _ => $"PropertyForm.Of({context}, {value})",
        };
    }

    private List<(string Name, string? IsSet, string Attr)> Inherents(string self)
    {
        List<(string, string?, string)> all = [];
        foreach (PropModel prop in op.Props)
        {
            string? set = IsSet(prop, self);
            string attr = ToAttr(prop, self);
            if (prop.Default is not null && !prop.IsOptional && prop.Kind is PropKind.String or PropKind.Symbol)
                (set, attr) = (null, $"{self}{prop.Field} ?? StringAttr.Get({self}Context, {prop.Default})");
            all.Add((prop.Name, set, attr));
        }
        if (op.SizesOperands) all.Add(("operandSegmentSizes", null, Segments(true)));
        if (op.SizesResults) all.Add(("resultSegmentSizes", null, Segments(false)));
        return all;

        string Segments(bool isOperand)
        {
            List<string> names = [];
            for (int i = 0; i < (isOperand ? op.Operands : op.Results).Count; i++) names.Add(self + SegmentField(isOperand, i));
            return $"PropertyForm.Of({self}Context, new int[] {{ {string.Join(", ", names)} }})";
        }
    }

    private void PropertiesAttr()
    {
        List<(string Name, string? IsSet, string Attr)> all = Inherents("");
        all.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        code.Open("public override Attr? PropertiesAttr");
        code.Open("get");
        code.Line($"Vec<NamedAttr> entries = new({all.Count});");
        foreach ((string name, string? set, string attr) in all)
        {
            string condition = set is null ? "" : $"if ({set}) ";
            code.Line($"{condition}entries.Add(new NamedAttr(Context.Identifier({Utf8(name)}), {attr}));");
        }
        code.Line("return entries.IsEmpty ? null : DictionaryAttr.Get(Context, entries.Span);");
        code.Close();
        code.Close();
        code.Line();
    }

    private static string Utf8(string text) => Names.Quote(text) + "u8";

    private void Inherent()
    {
        code.Open("public override Attr? Inherent(ReadOnlySpan<byte> name)");
        foreach ((string name, string? set, string attr) in Inherents(""))
            code.Line($"if (name.SequenceEqual({Utf8(name)})) return {(set is null || set == attr + " is not null" ? attr : $"{set} ? {attr} : null")};");
        code.Line("return null;");
        code.Close();
        code.Line();
    }

    private void SetInherent()
    {
        code.Open($"{op.Protected} override bool SetInherent(ReadOnlySpan<byte> name, Attr? value)");
        foreach (PropModel prop in op.Props)
        {
            code.Open($"if (name.SequenceEqual({Utf8(prop.Name)}))");
            code.Open("if (value is null)");
            Clear(prop);
            code.Line("return true;");
            code.Close();
            Convert(prop, "", "value");
            code.Line("return true;");
            code.Close();
        }
        if (op.SizesOperands) SegmentsFrom("operandSegmentSizes", true);
        if (op.SizesResults) SegmentsFrom("resultSegmentSizes", false);
        code.Line("return false;");
        code.Close();
        code.Line();
    }

    private void SegmentsFrom(string name, bool isOperand)
    {
        int count = (isOperand ? op.Operands : op.Results).Count;
        code.Open($"if (name.SequenceEqual({Utf8(name)}))");
        code.Line($"if (value is null || !PropertyForm.TryGet(value, out int[] sizes) || sizes.Length != {count}) return false;");
        List<string> fields = [], items = [];
        for (int i = 0; i < count; i++)
        {
            fields.Add(SegmentField(isOperand, i));
            items.Add($"sizes[{i}]");
        }
        code.Line($"({string.Join(", ", fields)}) = ({string.Join(", ", items)});");
        code.Line("return true;");
        code.Close();
    }

    private void Clear(PropModel prop)
    {
        if (prop.Kind == PropKind.Unit) code.Line($"{prop.Field} = false;");
        else if (prop.Kind is PropKind.String or PropKind.Symbol) code.Line($"{prop.Field} = null;");
        else if (prop.Default is not null && !prop.IsOptional) code.Line($"{prop.Field} = {prop.Default};");
        else if (KeepsPresence(prop)) code.Line($"({prop.Field}, {prop.HasField}) = (default, false);");
        else code.Line($"{prop.Field} = null;");
    }

    // Stores the attribute `value`, or returns false where it does not fit.
    private void Convert(PropModel prop, string self, string value)
    {
        string field = self + prop.Field;
        switch (prop.Kind)
        {
            case PropKind.Unit:
                code.Line($"if ({value} is not UnitAttr) return false;");
                code.Line($"{field} = true;");
                return;
            case PropKind.String or PropKind.Symbol:
                code.Line($"if ({value} is not StringAttr given) return false;");
                code.Line($"{field} = given;");
                return;
            case PropKind.Attr:
                if (prop.Type == "Attr")
                {
                    code.Line($"{field} = {value};");
                    return;
                }
                code.Line($"if ({value} is not {prop.Type} given) return false;");
                code.Line($"{field} = given;");
                return;
            case PropKind.EnumAttr:
                code.Line($"if ({value} is not {prop.Enum!.AttrClass} given) return false;");
                code.Line($"{field} = given.Value;");
                break;
            case PropKind.Enum:
                code.Line($"if (!PropertyForm.TryGet({value}, out {(prop.Enum!.Width == 32 ? "int" : "long")} given) || !Is{prop.Enum.Name}(given)) return false;");
                code.Line($"{field} = ({prop.Type})given;");
                break;
            default:
                code.Line($"if (!PropertyForm.TryGet({value}, out {prop.Type} given)) return false;");
                code.Line($"{field} = given;");
                break;
        }
        if (KeepsPresence(prop)) code.Line($"{self}{prop.HasField} = true;");
    }

    private void CopyProperties()
    {
        code.Open($"{op.Protected} override void CopyProperties(Operation from)");
        code.Line($"{op.Class} source = ({op.Class})from;");
        foreach (PropModel prop in op.Props)
        {
            code.Line($"{prop.Field} = source.{prop.Field};");
            if (KeepsPresence(prop)) code.Line($"{prop.HasField} = source.{prop.HasField};");
        }
        if (op.SizesOperands)
            for (int i = 0; i < op.Operands.Count; i++) code.Line($"{SegmentField(true, i)} = source.{SegmentField(true, i)};");
        if (op.SizesResults)
            for (int i = 0; i < op.Results.Count; i++) code.Line($"{SegmentField(false, i)} = source.{SegmentField(false, i)};");
        code.Close();
        code.Line();
    }
}
