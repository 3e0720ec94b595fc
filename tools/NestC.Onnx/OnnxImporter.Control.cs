using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx.Proto;

namespace NestC.Onnx;

// Subgraphs become regions, functions of the model are expanded.
public sealed partial class OnnxImporter
{
    private const int MaxFunctionDepth = 64;
    private int functionDepth;

    private static bool Same(string a, string b) => a == b || (a is "" or "ai.onnx" && b is "" or "ai.onnx");

    private FunctionProto? FunctionOf(NodeProto node)
    {
        foreach (var function in model.Proto.Functions)
            if (function.Name == node.OpType && Same(function.Domain, node.Domain)) return function;
        return null;
    }

    private void Expand(NodeProto node, FunctionProto function, string label)
    {
        if (node.Input.Count > function.Input.Count)
        {
            Error(OnnxError.Inputs, label, "input", $"the function '{function.Name}' takes {function.Input.Count} inputs at most, not {node.Input.Count}");
            return;
        }
        // A function sees nothing of its caller but the inputs; an input that is missing is missing inside as well.
        Scope inner = new(null, function.OpsetImport.Count > 0 ? function.OpsetImport : scope.Opsets) { Block = scope.Block };
        HashSet<string> missing = new(StringComparer.Ordinal);
        for (int i = 0; i < function.Input.Count; i++)
        {
            if (i >= node.Input.Count || node.Input[i].Length == 0) missing.Add(function.Input[i]);
            else if (Find(node.Input[i]) is { } value) inner.Values[function.Input[i]] = value;
            else return;
        }
        Scope caller = scope;
        if (++functionDepth > MaxFunctionDepth)
            throw new OnnxException(OnnxError.Graph, label, "op_type", $"the functions of the model call each other more than {MaxFunctionDepth} deep: '{function.Name}' calls itself");
        scope = inner;
        foreach (var part in function.Node) Import(Instance(part, node, function, missing));
        functionDepth--;
        var results = new Value[function.Output.Count];
        int found = 0;
        for (int i = 0; i < results.Length; i++)
        {
            if (Find(function.Output[i]) is not { } value) break;
            results[i] = value;
            found++;
        }
        scope = caller;
        if (found == results.Length) Bind(node, results);
        else if (errors.Count == 0 && unsupported.Count == 0) Error(OnnxError.Graph, label, "op_type", $"the function '{function.Name}' does not compute its output '{function.Output[found]}'");
    }

    // A node of a function for one call: attributes that refer to the function's are replaced by the caller's, or the function's own defaults.
    private static NodeProto Instance(NodeProto part, NodeProto caller, FunctionProto function, HashSet<string> missing)
    {
        NodeProto copy = part.Clone();
        for (int i = 0; i < copy.Input.Count; i++)
            if (missing.Contains(copy.Input[i])) copy.Input[i] = "";
        for (int i = copy.Attribute.Count - 1; i >= 0; i--)
        {
            string refers = copy.Attribute[i].RefAttrName;
            if (refers.Length == 0) continue;
            AttributeProto? given = null;
            foreach (var a in function.AttributeProto)
                if (a.Name == refers) given = a;
            foreach (var a in caller.Attribute)
                if (a.Name == refers) given = a;
            if (given is null)
            {
                copy.Attribute.RemoveAt(i);
                continue;
            }
            AttributeProto value = given.Clone();
            value.Name = copy.Attribute[i].Name;
            copy.Attribute[i] = value;
        }
        return copy;
    }

    // Operators with graphs; false for all others.
    private bool ImportControl(Form f)
    {
        switch (f.Node.OpType)
        {
            case "If": ImportIf(f); return true;
            case "Loop": ImportLoop(f); return true;
            case "Scan": ImportScan(f); return true;
            case "SequenceMap": ImportSequenceMap(f); return true;
            default: return false;
        }
    }

    private static GraphProto GraphOf(Form f, string name) => f.Peek(name)?.G ?? throw new EvaluationException($"the attribute '{name}' is missing");

    // Fills a region with a graph whose inputs are the arguments; the values of its outputs, or null after an error.
    private Value[]? Fill(Operation op, Region region, GraphProto graph, ReadOnlySpan<IrType> arguments, string label)
    {
        if (graph.Input.Count != arguments.Length)
        {
            Error(OnnxError.Inputs, label, "graph.input", $"the graph '{graph.Name}' takes {graph.Input.Count} inputs, not {arguments.Length}");
            return null;
        }
        InsertionPoint saved = builder.SavePoint();
        Operation? around = scope.Current;
        scope.Current = op;
        Block block = builder.CreateBlock(region, arguments);
        scope = new Scope(scope, scope.Opsets) { Block = block };
        Declare(graph);
        for (int i = 0; i < arguments.Length; i++)
        {
            scope.Values[graph.Input[i].Name] = block.ArgumentAt(i);
            builder.SetArgumentLocation(block.ArgumentAt(i), LocationOf(graph.Input[i].Name));
        }
        builder.AtEnd(block);
        foreach (var node in graph.Node) Import(node);
        builder.Location = saved.Location;
        List<Value> results = [];
        foreach (var output in graph.Output)
        {
            if (Find(output.Name) is not { } value) break;
            results.Add(value);
        }
        bool complete = results.Count == graph.Output.Count;
        if (complete) builder.Create("graph.yield", results.ToArray(), []);
        scope = scope.Outer!;
        scope.Current = around;
        builder.RestorePoint(saved);
        return complete ? results.ToArray() : null;
    }

    private void Finish(Form f, Operation op, ReadOnlySpan<IrType> types)
    {
        var results = new Value[types.Length];
        for (int i = 0; i < types.Length; i++)
        {
            builder.SetResultType(op, i, types[i]);
            results[i] = op.Result(i);
        }
        Bind(f.Node, results);
    }

    private IrType[] Unknown(GraphProto graph, int from = 0)
    {
        var types = new IrType[Math.Max(0, graph.Output.Count - from)];
        for (int i = 0; i < types.Length; i++)
            types[i] = TypeOf(graph.Output[from + i].Type, graph.Output[from + i].Name) ?? GraphTypes.Tensor((long[]?)null, FloatType.F32(context));
        return types;
    }

    private void ImportIf(Form f)
    {
        GraphProto then = GraphOf(f, "then_branch"), otherwise = GraphOf(f, "else_branch");
        if (then.Output.Count != otherwise.Output.Count)
        {
            Error(OnnxError.Inputs, f.Label, "else_branch", $"it has {otherwise.Output.Count} outputs, the other branch {then.Output.Count}");
            return;
        }
        Operation op = builder.Create("graph.if", [f.Operand(0)], Unknown(then), [], 2);
        if (Fill(op, op.Region(0), then, [], f.Label) is not { } a || Fill(op, op.Region(1), otherwise, [], f.Label) is not { } b) return;
        var types = new IrType[a.Length];
        for (int i = 0; i < types.Length; i++) types[i] = Refined(Joined(a[i].Type, b[i].Type), i < f.Node.Output.Count ? f.Node.Output[i] : "");
        Finish(f, op, types);
    }

    // A type that values of both types have: extents that differ become unknown.
    private static IrType Joined(IrType a, IrType b)
    {
        if (a is SequenceType s && b is SequenceType t) return SequenceType.Get(Joined(s.ElementType, t.ElementType));
        if (a is OptionalType o && b is OptionalType p) return OptionalType.Get(Joined(o.ElementType, p.ElementType));
        if (a == b || a is not TensorType x || b is not TensorType y || x.ElementType != y.ElementType) return a;
        if (a is not RankedTensorType || b is not RankedTensorType || x.Shape.Length != y.Shape.Length) return UnrankedTensorType.Get(x.ElementType);
        long[] shape = x.Shape.ToArray();
        for (int i = 0; i < shape.Length; i++)
            if (shape[i] != y.Shape[i]) shape[i] = ShapedType.Dynamic;
        return RankedTensorType.Get(shape, x.ElementType);
    }

    // A carried value's type must hold before the body and after it: where the body changes it, it is known less well, and the body is made again.
    private (Operation Op, Value[] Yielded)? Settle(IrType[] arguments, int first, int yieldedFirst, int carried, Func<Operation> make, GraphProto body, string label)
    {
        for (int round = 0; ; round++)
        {
            Operation op = make();
            if (Fill(op, op.Region(0), body, arguments, label) is not { } yielded) return null;
            bool settled = true;
            for (int i = 0; i < carried && yieldedFirst + i < yielded.Length; i++)
            {
                IrType wanted = arguments[first + i];
                if (wanted is OptionalType optional && GraphTypes.Compatible(optional.ElementType, yielded[yieldedFirst + i].Type))
                {
                    // What is optional before the first run is there afterwards.
                    Operation yield = op.Region(0).First!.Last!;
                    InsertionPoint saved = builder.SavePoint();
                    builder.AtBefore(yield);
                    builder.SetOperand(yield, yieldedFirst + i, builder.Create("graph.optional", [yielded[yieldedFirst + i]], [wanted]).Result(0));
                    builder.RestorePoint(saved);
                    continue;
                }
                IrType joined = Joined(wanted, yielded[yieldedFirst + i].Type);
                if (joined == wanted || (round > 2 && GraphTypes.Compatible(joined, wanted))) continue;
                arguments[first + i] = joined;
                settled = false;
            }
            if (settled || round > 3) return (op, yielded);
            builder.Erase(op);
        }
    }

    private static IrType Stacked(IrType type, long axis, long extent)
    {
        if (type is not TensorType tensor) throw new EvaluationException($"'{type}' cannot be collected");
        if (type is not RankedTensorType ranked) return type;
        List<long> shape = [.. ranked.Shape];
        shape.Insert(Shapes.Axis(axis, shape.Count + 1), extent);
        return GraphTypes.Tensor(shape.ToArray(), tensor.ElementType);
    }

    private void ImportLoop(Form f)
    {
        GraphProto body = GraphOf(f, "body");
        while (f.Operands.Count < 2) f.Operands.Add(null);
        int carried = f.Operands.Count - 2;
        if (body.Input.Count != 2 + carried || body.Output.Count < 1 + carried)
        {
            Error(OnnxError.Inputs, f.Label, "body", $"with {carried} carried values the body takes {2 + carried} inputs and has {1 + carried} outputs or more, not {body.Input.Count} and {body.Output.Count}");
            return;
        }
        int[] sizes = [f.Operands[0] is null ? 0 : 1, f.Operands[1] is null ? 0 : 1, carried];
        List<Value> operands = [];
        foreach (Value? operand in f.Operands)
            if (operand is { } value) operands.Add(value);
        if (operands.Count != sizes[0] + sizes[1] + carried) throw new EvaluationException("a carried value is missing");
        var arguments = new IrType[2 + carried];
        arguments[0] = RankedTensorType.Get([], context.Common.I64);
        arguments[1] = RankedTensorType.Get([], context.Common.I1);
        for (int i = 0; i < carried; i++)
        {
            arguments[2 + i] = f.Operands[2 + i]!.Value.Type;
            if (TypeOf(body.Input[2 + i].Type, body.Input[2 + i].Name) is { } declared && GraphTypes.Compatible(arguments[2 + i], declared)) arguments[2 + i] = Joined(arguments[2 + i], declared);
        }
        NamedAttr segment = new(context.Identifier("operandSegmentSizes"), DenseArrayAttr.Get(context, sizes));
        if (Settle(arguments, 2, 1, carried, () => builder.Create("graph.loop", operands.ToArray(), Unknown(body, 1), [segment], 1), body, f.Label) is not { } made) return;
        var types = new IrType[made.Yielded.Length - 1];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = i < carried ? arguments[2 + i] : Stacked(made.Yielded[1 + i].Type, 0, ShapedType.Dynamic);
            if (i >= carried && i < f.Node.Output.Count) types[i] = Refined(types[i], f.Node.Output[i]);
        }
        Finish(f, made.Op, types);
        for (int i = 0; i < carried && i < f.Node.Output.Count; i++)
        {
            // The model may say that an optional value is there after the loop.
            if (types[i] is not OptionalType optional || InfoOf(f.Node.Output[i])?.Type is not { } said || TypeOf(said, f.Label) is not { } declared || declared is OptionalType) continue;
            scope.Values[f.Node.Output[i]] = builder.Create("graph.optional_get_element", [made.Op.Result(i)], [optional.ElementType]).Result(0);
        }
    }

    private void ImportScan(Form f)
    {
        if (scope.Opset("") < 9)
        {
            ImportBatchedScan(f);
            return;
        }
        int scanned = (int)(f.Peek("num_scan_inputs")?.I ?? 0);
        List<Value> operands = [];
        for (int i = 0; i < f.Operands.Count; i++) operands.Add(f.Operand(i));
        Value[]? results = Scan(f, operands, scanned, f.Peek("scan_input_axes"), f.Peek("scan_input_directions"), f.Peek("scan_output_axes"), f.Peek("scan_output_directions"));
        if (results is not null) Bind(f.Node, results);
    }

    private Value[]? Scan(Form f, List<Value> operands, int scanned, AttributeProto? axes, AttributeProto? directions, AttributeProto? outputAxes, AttributeProto? outputDirections)
    {
        GraphProto body = GraphOf(f, "body");
        int carried = operands.Count - scanned;
        if (scanned < 1 || carried < 0)
        {
            Error(OnnxError.Attribute, f.Label, "num_scan_inputs", $"{scanned} of {operands.Count} inputs cannot be scanned");
            return null;
        }
        if (body.Output.Count < carried)
        {
            Error(OnnxError.Inputs, f.Label, "body", $"it has {body.Output.Count} outputs, though {carried} values are carried");
            return null;
        }
        var arguments = new IrType[operands.Count];
        long length = ShapedType.Dynamic;
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = operands[i].Type;
            if (i < carried)
            {
                if (i < body.Input.Count && TypeOf(body.Input[i].Type, body.Input[i].Name) is { } declared && GraphTypes.Compatible(arguments[i], declared)) arguments[i] = Joined(arguments[i], declared);
                continue;
            }
            if (arguments[i] is not RankedTensorType ranked) continue;
            List<long> shape = [.. ranked.Shape];
            int k = i - carried, axis = Shapes.Axis(axes is not null && k < axes.Ints.Count ? axes.Ints[k] : 0, shape.Count);
            if (!ShapedType.IsDynamic(shape[axis])) length = shape[axis];
            shape.RemoveAt(axis);
            arguments[i] = GraphTypes.Tensor(shape.ToArray(), ranked.ElementType);
        }
        List<NamedAttr> attributes = [new(context.Identifier("operandSegmentSizes"), DenseArrayAttr.Get(context, [carried, scanned]))];
        foreach ((string name, AttributeProto? list) in (ReadOnlySpan<(string, AttributeProto?)>)[
            ("scan_input_axes", axes), ("scan_input_directions", directions), ("scan_output_axes", outputAxes), ("scan_output_directions", outputDirections)])
            if (list is not null) attributes.Add(new NamedAttr(context.Identifier(name), DenseArrayAttr.Get(context, list.Ints.ToArray())));
        if (Settle(arguments, 0, 0, carried, () => builder.Create("graph.scan", operands.ToArray(), Unknown(body), attributes.ToArray(), 1), body, f.Label) is not { } made) return null;
        var results = new Value[made.Yielded.Length];
        for (int i = 0; i < results.Length; i++)
        {
            int k = i - carried;
            builder.SetResultType(made.Op, i, i < carried ? arguments[i] : Stacked(made.Yielded[i].Type, outputAxes is not null && k < outputAxes.Ints.Count ? outputAxes.Ints[k] : 0, length));
            results[i] = made.Op.Result(i);
        }
        return results;
    }

    // Opset 8 scans each entry of a batch by itself: as many scans as the batch is large.
    private void ImportBatchedScan(Form f)
    {
        if (f.Operands.Count > 0 && f.Operands[0] is not null)
        {
            Reject(f.Node, "lengths of sequences");
            return;
        }
        List<Value> operands = [];
        for (int i = 1; i < f.Operands.Count; i++) operands.Add(f.Operand(i));
        if (operands.Count == 0 || operands[0].Type is not RankedTensorType { Shape: [>= 1 and <= 64, ..] } first)
        {
            Reject(f.Node, "a batch that is unknown or large");
            return;
        }
        List<Value[]> rows = [];
        for (long b = 0; b < first.Shape[0]; b++)
        {
            List<Value> row = [];
            foreach (Value operand in operands) row.Add(Simple("graph.gather", [operand, Constant(NdArray.Scalar(b), "batch")], ("axis", 0)));
            if (Scan(f, row, (int)(f.Peek("num_scan_inputs")?.I ?? 0), null, f.Peek("directions"), null, null) is not { } results) return;
            rows.Add(results);
        }
        var all = new Value[rows[0].Length];
        for (int k = 0; k < all.Length; k++)
        {
            List<Value> parts = [];
            foreach (Value[] row in rows) parts.Add(Simple("graph.unsqueeze", [row[k], Integers([0])]));
            all[k] = Simple("graph.concat", parts.ToArray(), ("axis", 0));
        }
        Bind(f.Node, all);
    }

    private void ImportSequenceMap(Form f)
    {
        GraphProto body = GraphOf(f, "body");
        List<Value> operands = [];
        List<IrType> arguments = [];
        for (int i = 0; i < f.Operands.Count; i++)
        {
            operands.Add(f.Operand(i));
            arguments.Add(operands[i].Type is SequenceType sequence ? sequence.ElementType : operands[i].Type);
        }
        IrType[] unknown = Unknown(body);
        for (int i = 0; i < unknown.Length; i++) unknown[i] = SequenceType.Get(unknown[i]);
        Operation op = builder.Create("graph.sequence_map", operands.ToArray(), unknown, [], 1);
        if (Fill(op, op.Region(0), body, arguments.ToArray(), f.Label) is not { } yielded) return;
        var types = new IrType[yielded.Length];
        for (int i = 0; i < types.Length; i++) types[i] = SequenceType.Get(yielded[i].Type);
        Finish(f, op, types);
    }

    // An operation with inferred types and integer attributes.
    private Value Simple(string name, ReadOnlySpan<Value> operands, params ReadOnlySpan<(string Name, long Value)> attributes)
    {
        List<NamedAttr> list = [];
        foreach ((string key, long value) in attributes) list.Add(new NamedAttr(context.Identifier(key), IntegerAttr.Get(context.Common.I64, value)));
        Operation op = builder.Create(name, operands, [GraphTypes.Tensor((long[]?)null, GraphTypes.Element(operands[0]))], list.ToArray());
        builder.SetResultType(op, 0, ((GraphOp)op).InferTypes()[0]);
        return op.Result(0);
    }
}
