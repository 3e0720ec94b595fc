using System.Collections.Generic;

namespace NestC.Generators;

internal sealed partial class OpEmitter
{
    private void Create()
    {
        bool overloaded = false;
        foreach (string member in op.OwnMembers) overloaded |= member == "Create";
        List<string> required = ["OpBuilder builder"], optional = [];
        foreach (ValueModel v in op.Operands)
        {
            if (v.Arity == Arity.Optional) optional.Add($"Value? {v.Local} = null");
            else required.Add(v.Arity == Arity.One ? $"Value {v.Local}" : $"ReadOnlySpan<Value> {v.Local}");
        }
        foreach (PropModel p in op.Props)
        {
            if (p.IsOptional) optional.Add($"{p.Type}? {p.Local} = null");
            else if (p.Default is not null) optional.Add($"{p.Type} {p.Local} = {p.Default}");
            else if (p.Kind == PropKind.Unit) optional.Add($"bool {p.Local} = false");
            else required.Add($"{p.Type} {p.Local}");
        }
        foreach (SuccessorModel s in op.Successors) required.Add(s.IsVariadic ? $"ReadOnlySpan<Block> {s.Local}" : $"Block {s.Local}");
        Dictionary<string, string> given = [];
        for (int i = 0; i < op.Results.Count; i++)
        {
            ValueModel r = op.Results[i];
            if (CanInfer(r)) continue;
            string name = Names.CamelRaw(r.Property) + (r.Arity == Arity.Variadic ? "Types" : "Type");
            given.Add(r.Name, name);
            if (r.Arity == Arity.Optional) optional.Add($"IrType? {name} = null");
            else required.Add(r.Arity == Arity.One ? $"IrType {name}" : $"ReadOnlySpan<IrType> {name}");
        }
        foreach (RegionModel r in op.Regions)
            if (r.IsVariadic) required.Add($"int {Names.CamelRaw(r.Property)}Count");
        required.AddRange(optional);

        code.Line($"/// <summary>Makes the operation and inserts it at the builder's place{(op.Regions.Count > 0 ? "; its regions are empty" : "")}.</summary>");
        // A class that has a `Create` of its own keeps that one as the only public one of that name.
        code.Open($"{(overloaded ? "private" : "public")} static {op.Class} {(overloaded ? "Build" : "Create")}({string.Join(", ", required)})");
        code.Line($"{op.Class} made = new();");
        foreach (PropModel p in op.Props) Assign(p, "made.", p.Local, "builder.Context");
        SegmentSizes();
        InferInCreate(given);
        string operands = ListOfOperands(), types = ListOfTypes(given), successors = ListOfSuccessors();
        List<string> regions = [];
        int fixedRegions = 0;
        foreach (RegionModel r in op.Regions)
        {
            if (r.IsVariadic) regions.Add($"{Names.CamelRaw(r.Property)}Count");
            else fixedRegions++;
        }
        if (fixedRegions > 0 || regions.Count == 0) regions.Insert(0, fixedRegions.ToString());
        string regionCount = string.Join(" + ", regions);
        string tail = regionCount != "0" ? $", {successors}, {regionCount}" : op.Successors.Count > 0 ? $", {successors}" : "";
        code.Line($"return OpFactory.Finish(builder, {Utf8(op.OpName)}, made, {operands}, {types}{tail});");
        code.Close();
        code.Line();
    }

    private void SegmentSizes()
    {
        for (int list = 0; list < 2; list++)
        {
            bool isOperand = list == 0;
            if (isOperand ? !op.SizesOperands : !op.SizesResults) continue;
            EquatableArray<ValueModel> values = isOperand ? op.Operands : op.Results;
            for (int i = 0; i < values.Count; i++)
            {
                ValueModel v = values[i];
                string local = isOperand ? v.Local : Names.CamelRaw(v.Property) + (v.Arity == Arity.Variadic ? "Types" : "Type");
                string size = v.Arity switch
                {
                    Arity.One => "1",
                    Arity.Optional => $"{local} is null ? 0 : 1",
                    _ => $"{local}.Length",
                };
                code.Line($"made.{SegmentField(isOperand, i)} = {size};");
            }
        }
    }

    private string ListOfOperands()
    {
        if (op.Operands.Count == 0) return "default";
        if (op.Operands.Count == 1 && op.Operands[0].Arity == Arity.Variadic) return op.Operands[0].Local;
        bool plain = true;
        List<string> names = [];
        foreach (ValueModel v in op.Operands)
        {
            plain &= v.Arity == Arity.One;
            names.Add(v.Local);
        }
        if (plain) return $"[{string.Join(", ", names)}]";
        code.Line("Vec<Value> allOperands = default;");
        foreach (ValueModel v in op.Operands)
        {
            code.Line(v.Arity switch
            {
                Arity.One => $"allOperands.Add({v.Local});",
                Arity.Optional => $"if ({v.Local} is {{ }} {Names.CamelRaw(v.Property)}Given) allOperands.Add({Names.CamelRaw(v.Property)}Given);",
                _ => $"allOperands.AddRange({v.Local});",
            });
        }
        return "allOperands.Span";
    }

    private string ListOfTypes(Dictionary<string, string> given)
    {
        if (op.Results.Count == 0) return "default";
        if (InferAll() is not null) return "inferredTypes";
        if (op.Results.Count == 1 && op.Results[0].Arity == Arity.Variadic) return given[op.Results[0].Name];
        bool plain = true;
        List<string> names = [];
        foreach (ValueModel r in op.Results)
        {
            plain &= r.Arity == Arity.One;
            names.Add(given.TryGetValue(r.Name, out string? name) ? name : Names.CamelRaw(r.Property) + "Type");
        }
        if (plain) return $"[{string.Join(", ", names)}]";
        code.Line("Vec<IrType> allTypes = default;");
        for (int i = 0; i < op.Results.Count; i++)
        {
            ValueModel r = op.Results[i];
            code.Line(r.Arity switch
            {
                Arity.One => $"allTypes.Add({names[i]});",
                Arity.Optional => $"if ({names[i]} is not null) allTypes.Add({names[i]});",
                _ => $"allTypes.AddRange({names[i]});",
            });
        }
        return "allTypes.Span";
    }

    private string ListOfSuccessors()
    {
        if (op.Successors.Count == 0) return "default";
        if (op.Successors.Count == 1 && op.Successors[0].IsVariadic) return op.Successors[0].Local;
        bool plain = true;
        List<string> names = [];
        foreach (SuccessorModel s in op.Successors)
        {
            plain &= !s.IsVariadic;
            names.Add(s.Local);
        }
        if (plain) return $"[{string.Join(", ", names)}]";
        code.Line("Vec<Block> allSuccessors = default;");
        foreach (SuccessorModel s in op.Successors) code.Line(s.IsVariadic ? $"allSuccessors.AddRange({s.Local});" : $"allSuccessors.Add({s.Local});");
        return "allSuccessors.Span";
    }
}
