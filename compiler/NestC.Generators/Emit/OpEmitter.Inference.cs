using System.Collections.Generic;

namespace NestC.Generators;

internal sealed partial class OpEmitter
{
    private InferModel? InferAll()
    {
        foreach (InferModel infer in op.Inferences)
            if (infer.ReturnsArray) return infer;
        return null;
    }

    private InferModel? InferOne(string result)
    {
        foreach (InferModel infer in op.Inferences)
            if (!infer.ReturnsArray && infer.Result == result) return infer;
        return null;
    }

    private static int IndexOf(EquatableArray<ValueModel> values, string name)
    {
        for (int i = 0; i < values.Count; i++)
            if (values[i].Name == name) return i;
        return -1;
    }

    /// <summary>Whether a result's type follows from operands and properties alone.</summary>
    private bool CanInfer(ValueModel result) => CanInfer(result, []);

    private bool CanInfer(ValueModel result, HashSet<string> visiting)
    {
        if (InferAll() is not null) return true;
        if (result.Arity != Arity.One || !visiting.Add(result.Name)) return false;
        if (InferOne(result.Name) is not null) return true;
        string? other = OtherOf(result);
        if (other is not null)
        {
            int operand = IndexOf(op.Operands, other);
            if (operand >= 0) return op.Operands[operand].Arity != Arity.Optional && (op.Operands[operand].Arity == Arity.One || op.Operands[operand].Min > 0);
            int index = IndexOf(op.Results, other);
            return index >= 0 && CanInfer(op.Results[index], visiting);
        }
        return result.IsBuildable || FirstOperandDecides();
    }

    /// <summary>The value from whose type that of a result follows, by [SameTypeAs] on either of the two or by [TypeFrom].</summary>
    private string? OtherOf(ValueModel result)
    {
        if (result.SameTypeAs is not null || result.TypeFrom is not null) return result.SameTypeAs ?? result.TypeFrom;
        if (result.IsBuildable) return null;
        foreach (ValueModel v in op.Operands)
            if (v.SameTypeAs == result.Name && v.Arity == Arity.One) return v.Name;
        return null;
    }

    private bool FirstOperandDecides() =>
        op.SameOperandsAndResultType && op.Operands.Count > 0
        && (op.Operands[0].Arity == Arity.One || (op.Operands[0].Arity == Arity.Variadic && op.Operands[0].Min > 0));

    /// <summary>Whether all result types follow, so that formats and the generic builder need not name them.</summary>
    private bool InfersAll()
    {
        foreach (ValueModel r in op.Results)
            if (!CanInfer(r)) return false;
        return op.Results.Count > 0;
    }

    // The type of a value as an expression over locals: operands by their names, results by `<name>Type`.
    private string TypeOf(string name, Dictionary<string, string>? given)
    {
        int operand = IndexOf(op.Operands, name);
        if (operand >= 0)
        {
            ValueModel v = op.Operands[operand];
            return v.Arity == Arity.Variadic ? $"{v.Local}[0].Type" : $"{v.Local}.Type";
        }
        ValueModel r = op.Results[IndexOf(op.Results, name)];
        return given is not null && given.TryGetValue(name, out string? local) ? local : Names.CamelRaw(r.Property) + "Type";
    }

    /// <summary>A result's type as an expression; `context` and `error` are expressions for those, `prop` writes a property.</summary>
    private string InferExpression(ValueModel result, Dictionary<string, string>? given, string context, string error, string self, out bool mayFail)
    {
        mayFail = true;
        if (InferOne(result.Name) is { } infer) return Call(infer, context, error, self);
        if (result.TypeFrom is not null) return $"{result.TypeFromMethod}({TypeOf(result.TypeFrom, given)})";
        mayFail = false;
        if (OtherOf(result) is { } other) return TypeOf(other, given);
        return result.IsBuildable ? $"{result.Constraint}.Build({context})" : TypeOf(op.Operands[0].Name, given);
    }

    private string Call(InferModel infer, string context, string error, string self)
    {
        List<string> arguments = [];
        foreach (string parameter in infer.Parameters) arguments.Add(parameter switch
        {
            "#context" => context,
            "#error" => error,
            _ => Argument(parameter, self),
        });
        return $"{op.Class}.{infer.Method}({string.Join(", ", arguments)})";
    }

    private string Argument(string parameter, string self)
    {
        foreach (ValueModel v in op.Operands)
            if (Names.CamelRaw(v.Property) == parameter) return v.Local;
        foreach (PropModel p in op.Props)
            if (Names.CamelRaw(p.Property) == parameter) return self.Length == 0 ? p.ReadsDefault ? "made." + p.Property : p.Local : self + p.Property;
        foreach (RegionModel r in op.Regions)
            if (Names.CamelRaw(r.Property) == parameter) return self.Length == 0 ? "made." + r.Property : self + r.Property;
        return parameter;
    }

    // In the order in which they depend on one another.
    private List<ValueModel> InferenceOrder()
    {
        List<ValueModel> order = [];
        HashSet<string> done = [];
        foreach (ValueModel r in op.Results) Visit(r, 0);
        return order;

        void Visit(ValueModel r, int depth)
        {
            if (!CanInfer(r) || done.Contains(r.Name) || depth > op.Results.Count) return;
            string? other = InferOne(r.Name) is not null ? null : OtherOf(r);
            int index = other is null ? -1 : IndexOf(op.Results, other);
            if (index >= 0) Visit(op.Results[index], depth + 1);
            if (done.Add(r.Name)) order.Add(r);
        }
    }

    private void InferInCreate(Dictionary<string, string> given)
    {
        const string error = "static message => throw new ArgumentException(message)";
        if (InferAll() is { } all)
        {
            code.Line($"IrType[] inferredTypes = {Call(all, "builder.Context", error, "")} ?? throw new ArgumentException($\"'{{OpName}}' op has no result types for these operands and properties\");");
            return;
        }
        foreach (ValueModel r in InferenceOrder())
        {
            string expression = InferExpression(r, given, "builder.Context", error, "", out bool mayFail);
            code.Line($"IrType {Names.CamelRaw(r.Property)}Type = {(mayFail ? $"OpFactory.Inferred({expression}, OpName)" : expression)};");
        }
    }

    // `InferResultTypes` of the definition: operands come from the state, properties from its operation.
    private void InferResultTypes()
    {
        if (!InfersAll()) return;
        code.Line("public override bool InfersResultTypes => true;");
        code.Line();
        code.Open("public override bool InferResultTypes(OperationState state, Action<string> error)");
        InferLocals(NeededByInference(), "state.Operands.Span", "state.Context", "error", "state.ResultTypes");
        code.Line("return true;");
        code.Close();
        code.Line();
    }

    private void InferLocals(HashSet<string> needed, string operands, string context, string error, string into)
    {
        bool typed = needed.Contains("#self") || (op.SizesOperands && needed.Count > 0);
        if (typed) code.Line($"{op.Class} self = ({op.Class})state.Op;");
        if (AnyOperand(needed)) OperandLocals(needed, operands, error);
        List<string> names = [];
        if (InferAll() is { } all)
        {
            code.Line($"if ({Call(all, context, error, "self.")} is not {{ }} types) return {(Says(all) ? "false" : $"Failed({error})")};");
            code.Line($"{into}.AddRange(types);");
            return;
        }
        foreach (ValueModel r in InferenceOrder())
        {
            string expression = InferExpression(r, null, context, error, "self.", out bool mayFail);
            string local = Names.CamelRaw(r.Property) + "Type";
            code.Line(mayFail ? $"if ({expression} is not {{ }} {local}) return {(Says(InferOne(r.Name)) ? "false" : $"Failed({error})")};" : $"IrType {local} = {expression};");
        }
        foreach (ValueModel r in op.Results) code.Line($"{into}.Add({Names.CamelRaw(r.Property)}Type);");
    }

    // A method that is handed the error action says itself what is wrong.
    private static bool Says(InferModel? infer)
    {
        if (infer is null) return false;
        foreach (string parameter in infer.Parameters)
            if (parameter == "#error") return true;
        return false;
    }

    private bool AnyOperand(HashSet<string> needed)
    {
        foreach (ValueModel v in op.Operands)
            if (needed.Contains(v.Name)) return true;
        return false;
    }

    /// <summary>Names of operands that inference reads, and `#self` when it reads properties or regions.</summary>
    private HashSet<string> NeededByInference()
    {
        HashSet<string> needed = [];
        foreach (InferModel infer in op.Inferences)
            foreach (string parameter in infer.Parameters)
            {
                if (parameter[0] == '#') continue;
                bool isOperand = false;
                foreach (ValueModel v in op.Operands)
                    if (Names.CamelRaw(v.Property) == parameter) isOperand = needed.Add(v.Name) || true;
                if (!isOperand) needed.Add("#self");
            }
        foreach (ValueModel r in op.Results)
        {
            if (InferAll() is not null || InferOne(r.Name) is not null) continue;
            string? other = OtherOf(r);
            if (other is not null)
            {
                if (IndexOf(op.Operands, other) >= 0) needed.Add(other);
            }
            else if (!r.IsBuildable) needed.Add(op.Operands[0].Name);
        }
        return needed;
    }

    // Locals for the operands that are needed, after a check that there are enough.
    private void OperandLocals(HashSet<string> needed, string operands, string error)
    {
        code.Line($"ReadOnlySpan<Value> allOperands = {operands};");
        if (op.SizesOperands)
        {
            List<string> all = [], negative = [];
            for (int i = 0; i < op.Operands.Count; i++)
            {
                all.Add($"self.{SegmentField(true, i)}");
                negative.Add(op.Operands[i].Arity == Arity.One || op.Operands[i].Min > 0
                    ? $"self.{SegmentField(true, i)} < {(op.Operands[i].Arity == Arity.One ? 1 : op.Operands[i].Min)}" : $"self.{SegmentField(true, i)} < 0");
            }
            code.Line($"if (allOperands.Length != {string.Join(" + ", all)} || {string.Join(" || ", negative)}) return Failed({error});");
        }
        else
        {
            int least = 0;
            bool open = false;
            foreach (ValueModel v in op.Operands)
            {
                least += v.Arity == Arity.One ? 1 : v.Min;
                open |= v.Arity != Arity.One;
            }
            code.Line($"if (allOperands.Length {(open ? "<" : "!=")} {least}) return Failed({error});");
        }
        for (int i = 0; i < op.Operands.Count; i++)
        {
            ValueModel v = op.Operands[i];
            if (!needed.Contains(v.Name)) continue;
            string start = StartIn(i), count = CountIn(i);
            code.Line(v.Arity switch
            {
                Arity.One => $"Value {v.Local} = allOperands[{start}];",
                Arity.Optional => $"Value? {v.Local} = {count} > 0 ? allOperands[{start}] : null;",
                _ => $"ReadOnlySpan<Value> {v.Local} = allOperands.Slice({start}, {count});",
            });
        }
    }

    private string StartIn(int index)
    {
        if (op.SizesOperands) return Start(true, index, "self.");
        for (int i = 0; i < index; i++)
            if (op.Operands[i].Arity != Arity.One) return $"allOperands.Length - {op.Operands.Count - index}";
        return index.ToString();
    }

    private string CountIn(int index)
    {
        if (op.SizesOperands) return CountOf(true, index, "self.");
        return op.Operands.Count == 1 ? "allOperands.Length" : $"allOperands.Length - {op.Operands.Count - 1}";
    }
}
