using System.Collections.Generic;

namespace NestC.Generators;

// The end of a format's parser: types that were not written are found, operands resolved, and the parts put into the state.
internal sealed partial class OpEmitter
{
    private readonly HashSet<string> knownTypes = [];

    private void ParseResolve()
    {
        knownTypes.Clear();
        foreach (ValueModel v in op.Operands)
            if (!format!.AllOperandTypes) EnsureType(v, 0);
        CheckSources();
        ResolveOperands();
        if (op.SizesOperands && !format!.AllOperands)
            for (int i = 0; i < op.Operands.Count; i++)
                code.Line($"self.{SegmentField(true, i)} = {(op.Operands[i].Arity == Arity.One ? "1" : op.Operands[i].Local + ".Count")};");
        if (!format!.AllRegions)
            foreach (RegionModel r in op.Regions) code.Line(r.IsVariadic ? $"state.Regions.AddRange({r.Local}.Span);" : $"state.Regions.Add({r.Local});");
        if (!format.AllSuccessors)
            foreach (SuccessorModel s in op.Successors) code.Line(s.IsVariadic ? $"state.Successors.AddRange({s.Local}.Span);" : $"state.Successors.Add({s.Local}!);");
        ResolveResults();
    }

    // A written type from which that of a result follows is checked before operands are resolved, as upstream does.
    private void CheckSources()
    {
        foreach (ValueModel r in op.Results)
        {
            if (IsWritten(r) || format!.AllResultTypes || TypeSources.Find(op, format, r.Name) is not { Kind: TypeSourceKind.From } source) continue;
            ValueModel other = op.FindValue(source.Other!)!;
            if (!IsWritten(other) || other.Arity != Arity.One || IndexOf(op.Operands, other.Name) < 0) continue;
            code.Line($"if (!{other.Constraint}.Matches({TypeRead(other)})) return parser.WrongTypeError(state, {Names.Quote(other.Name)}, {other.Constraint}.Describe, {TypeRead(other)});");
        }
    }

    // Declares the type local of an operand or result unless the format has written it.
    private void EnsureType(ValueModel v, int depth)
    {
        if (IsWritten(v) || depth > 16 || !knownTypes.Add(v.Name)) return;
        TypeSource source = TypeSources.Find(op, format!, v.Name);
        string local = Names.CamelRaw(v.Property) + "Type";
        switch (source.Kind)
        {
            case TypeSourceKind.Built:
                code.Line($"IrType {local} = {v.Constraint}.Build(parser.Context);");
                break;
            case TypeSourceKind.Same:
                EnsureType(op.FindValue(source.Other!)!, depth + 1);
                code.Line($"IrType {local} = {TypeRead(op.FindValue(source.Other!)!)};");
                break;
            case TypeSourceKind.From:
                EnsureType(op.FindValue(source.Other!)!, depth + 1);
                code.Line($"if ({source.Method}({TypeRead(op.FindValue(source.Other!)!)}) is not {{ }} {local}) return parser.NoTypeError(state, {Names.Quote(v.Name)}, {v.TypeFromText});");
                break;
        }
    }

    // The type of a value as an expression, where it is one type.
    private string TypeRead(ValueModel v)
    {
        bool isOperand = IndexOf(op.Operands, v.Name) >= 0;
        string all = isOperand ? "allOperandTypes" : "allResultTypes";
        if (isOperand ? format!.AllOperandTypes : format!.AllResultTypes)
            return $"parser.TypeAt({all}, {IndexOf(isOperand ? op.Operands : op.Results, v.Name)})";
        if (IsWritten(v)) return v.Arity == Arity.One ? TypeLocal(v) + "!" : $"parser.TypeAt({TypeLocal(v)}, 0)";
        return Names.CamelRaw(v.Property) + "Type";
    }

    private void ResolveOperands()
    {
        if (op.Operands.Count == 0) return;
        if (!format!.AllOperands && !format.AllOperandTypes)
        {
            foreach (ValueModel v in op.Operands) ResolveOne(v);
            return;
        }
        if (!format.AllOperands)
        {
            code.Line("Vec<UnresolvedOperand> allOperands = default;");
            foreach (ValueModel v in op.Operands) code.Line(v.Arity == Arity.One ? $"allOperands.Add({v.Local});" : $"allOperands.AddRange({v.Local}.Span);");
        }
        if (!format.AllOperandTypes)
        {
            bool single = op.Operands.Count == 1 && !IsWritten(op.Operands[0]);
            if (single)
            {
                Need($"parser.ResolveOperands(allOperands.Span, {TypeRead(op.Operands[0])}, ref state.Operands)");
                return;
            }
            code.Line("Vec<IrType> allOperandTypes = default;");
            foreach (ValueModel v in op.Operands)
                code.Line(v.Arity != Arity.One && IsWritten(v) ? $"allOperandTypes.AddRange({TypeLocal(v)}.Span);" : $"allOperandTypes.Add({TypeRead(v)});");
        }
        Need("parser.ResolveOperands(state, allOperands.Span, allOperandTypes.Span, operandsPosition)");
    }

    private void ResolveOne(ValueModel v)
    {
        if (v.Arity == Arity.One) Need($"parser.ResolveOperand({v.Local}, {TypeRead(v)}, ref state.Operands)");
        else if (IsWritten(v)) Need($"parser.ResolveOperands(state, {v.Local}.Span, {TypeLocal(v)}.Span, {PositionLocal(v)})");
        else Need($"parser.ResolveOperands({v.Local}.Span, {TypeRead(v)}, ref state.Operands)");
    }

    private void ResolveResults()
    {
        if (op.Results.Count == 0) return;
        if (format!.AllResultTypes)
        {
            code.Line("state.ResultTypes.AddRange(allResultTypes.Span);");
            return;
        }
        bool infers = false;
        foreach (ValueModel r in op.Results) infers |= TypeSources.Find(op, format, r.Name).Kind == TypeSourceKind.Inferred;
        if (infers)
        {
            Need("InferResultTypes(state, parser.InferenceErrors(state))");
            return;
        }
        foreach (ValueModel r in op.Results) EnsureType(r, 0);
        foreach (ValueModel r in op.Results)
            code.Line(r.Arity != Arity.One && IsWritten(r) ? $"state.ResultTypes.AddRange({TypeLocal(r)}.Span);" : $"state.ResultTypes.Add({TypeRead(r)});");
        if (!op.SizesResults) return;
        for (int i = 0; i < op.Results.Count; i++)
            code.Line($"self.{SegmentField(false, i)} = {(op.Results[i].Arity == Arity.One ? "1" : TypeLocal(op.Results[i]) + ".Count")};");
    }
}
