using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx.Proto;

namespace NestC.Onnx;

// One node: looked up among the operators of its opset, brought into the current form, and made an operation.
public sealed partial class OnnxImporter
{
    // Operands that must be there and those that may be absent, where the latter are more than one.
    private static readonly Dictionary<string, (int Required, int Optional)> segments = new(StringComparer.Ordinal)
    {
        ["graph.rnn"] = (3, 3),
        ["graph.gru"] = (3, 3),
        ["graph.lstm"] = (3, 5),
        ["graph.resize"] = (1, 3),
        ["graph.stft"] = (2, 2),
        ["graph.non_max_suppression"] = (2, 3),
    };

    private const int MaxNodes = 1 << 20;
    private int nodes;

    private void Import(NodeProto node)
    {
        string label = LabelOf(node);
        builder.Location = LocationOf(label);
        if (++nodes > MaxNodes) throw new OnnxException(OnnxError.Graph, label, null, $"the functions of the model expand to more than {MaxNodes} nodes");
        if (node.Output.Count == 1 && options.Replaced.TryGetValue(node.Output[0], out var given))
        {
            scope.Values[node.Output[0]] = Constant(given, node.Output[0]);
            return;
        }
        if (FunctionOf(node) is { } function)
        {
            Expand(node, function, label);
            return;
        }
        if (Schema(node, label) is not { } schema) return;
        if (!Conforms(node, schema, label)) return;
        if (node.OpType == "Constant" && schema.Domain.Length == 0)
        {
            ImportConstant(node, label);
            return;
        }
        List<Value?> operands = [];
        for (int i = 0; i < node.Input.Count; i++)
        {
            string input = node.Input[i];
            if (input.Length == 0)
            {
                if (i < schema.MinInputs && schema.MaxInputs >= 0 && node.OpType is not ("Loop" or "Resize")) Error(OnnxError.Inputs, label, $"input {i}", $"{node.OpType} needs this input");
                operands.Add(null);
                continue;
            }
            if (Find(input) is not { } value) return;   // What computes it was rejected.
            operands.Add(value);
        }
        Form form = new(node, operands, label);
        try
        {
            if (ImportControl(form)) return;
            if (Resolve(form) is { } why) Reject(node, why);
            else if (form.Results is { } done) Bind(node, done);
            else Bind(node, Make(form));
        }
        catch (EvaluationException e)
        {
            Error(OnnxError.Inputs, label, null, $"{node.OpType}: {e.Message}");
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or ArithmeticException)
        {
            // What the forms take for granted of inputs and attributes does not hold.
            Error(OnnxError.Inputs, label, null, $"{node.OpType}: the inputs and attributes do not fit together");
        }
    }

    private void Bind(NodeProto node, ReadOnlySpan<Value> results)
    {
        for (int i = 0; i < node.Output.Count; i++)
        {
            if (node.Output[i].Length == 0) continue;
            if (i < results.Length) scope.Values[node.Output[i]] = results[i];
            else Reject(node, $"output {i}");
        }
    }

    // The operator's form in the model's opset; null after it was rejected.
    private OperatorSchema? Schema(NodeProto node, string label)
    {
        var forms = OperatorSchemas.Forms(node.Domain, node.OpType);
        long opset = scope.Opset(node.Domain);
        if (forms.Count == 0 || !context.OpInfo(OnnxNames.ToGraph(node.OpType)).IsRegistered)
        {
            Reject(node);
            return null;
        }
        if (opset == 0)
        {
            Error(OnnxError.OperatorSet, label, "domain", $"the model imports no operator set of the domain '{node.Domain}'");
            return null;
        }
        if (OperatorSchemas.Find(node.Domain, node.OpType, opset) is { } schema) return schema;
        Error(OnnxError.OperatorSet, label, "op_type", $"{node.OpType} came with opset {forms[0].Since}, the model imports {opset}");
        return null;
    }

    // Whether inputs, outputs and attributes are those that the operator has.
    private bool Conforms(NodeProto node, OperatorSchema schema, string label)
    {
        int before = errors.Count;
        if (node.Input.Count < schema.MinInputs) Error(OnnxError.Inputs, label, "input", $"{node.OpType} takes {schema.MinInputs} inputs or more, not {node.Input.Count}");
        if (schema.MaxInputs >= 0 && node.Input.Count > schema.MaxInputs) Error(OnnxError.Inputs, label, "input", $"{node.OpType} takes {schema.MaxInputs} inputs at most, not {node.Input.Count}");
        if (schema.MaxOutputs >= 0 && node.Output.Count > schema.MaxOutputs)
            Error(OnnxError.Inputs, label, "output", $"{node.OpType} has {schema.MaxOutputs} outputs at most, not {node.Output.Count}");
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var a in node.Attribute)
        {
            if (!names.Add(a.Name)) Error(OnnxError.Attribute, label, $"attribute '{a.Name}'", "the attribute is given twice");
            // Exporters note things of their own under such names.
            else if (schema.Find(a.Name) is not { } known)
                Error(OnnxError.Attribute, label, $"attribute '{a.Name}'", $"{node.OpType} of opset {scope.Opset(node.Domain)} has no such attribute");
            else if (LetterOf(a) != known.Type) Error(OnnxError.Attribute, label, $"attribute '{a.Name}'", $"it is {NameOf(LetterOf(a))}, not {NameOf(known.Type)}");
        }
        foreach (SchemaAttribute a in schema.Attributes)
            if (a.Required && !names.Contains(a.Name)) Error(OnnxError.Attribute, label, $"attribute '{a.Name}'", $"{node.OpType} needs this attribute");
        return errors.Count == before;
    }

    private static char LetterOf(AttributeProto a) => a.Type switch
    {
        AttributeProto.Types.AttributeType.Int => 'i',
        AttributeProto.Types.AttributeType.Float => 'f',
        AttributeProto.Types.AttributeType.String => 's',
        AttributeProto.Types.AttributeType.Tensor => a.T is null ? '?' : 't',
        AttributeProto.Types.AttributeType.Graph => a.G is null ? '?' : 'g',
        AttributeProto.Types.AttributeType.SparseTensor => a.SparseTensor is null ? '?' : 'p',
        AttributeProto.Types.AttributeType.TypeProto => a.Tp is null ? '?' : 'y',
        AttributeProto.Types.AttributeType.Ints => 'I',
        AttributeProto.Types.AttributeType.Floats => 'F',
        AttributeProto.Types.AttributeType.Strings => 'S',
        // Models of the first IR versions do not name the type.
        AttributeProto.Types.AttributeType.Undefined => a.HasF ? 'f' : a.HasI ? 'i' : a.HasS ? 's' : a.T is not null ? 't' : a.G is not null ? 'g'
            : a.Ints.Count > 0 ? 'I' : a.Floats.Count > 0 ? 'F' : a.Strings.Count > 0 ? 'S' : '?',
        _ => '?',
    };

    private static string NameOf(char letter) => letter switch
    {
        'i' => "an integer",
        'f' => "a float",
        's' => "a string",
        't' => "a tensor",
        'g' => "a graph",
        'p' => "a sparse tensor",
        'y' => "a type",
        'I' => "a list of integers",
        'F' => "a list of floats",
        'S' => "a list of strings",
        _ => "without a value",
    };

    private Value[] Make(Form form)
    {
        string name = form.Operation ?? OnnxNames.ToGraph(form.Node.OpType);
        List<NamedAttr> attributes = [];
        foreach (var attribute in form.Attributes)
            if (Convert(attribute) is { } attr) attributes.Add(new NamedAttr(context.Identifier(attribute.Name), attr));
        foreach ((string key, Attr attr) in form.Extra) attributes.Add(new NamedAttr(context.Identifier(key), attr));
        List<Value> operands = [];
        if (segments.TryGetValue(name, out var counts))
        {
            var sizes = new int[counts.Required + counts.Optional];
            for (int i = 0; i < sizes.Length; i++)
            {
                if (i >= form.Operands.Count || form.Operands[i] is not { } value) continue;
                operands.Add(value);
                sizes[i] = 1;
            }
            attributes.Add(new NamedAttr(context.Identifier("operandSegmentSizes"), DenseArrayAttr.Get(context, sizes)));
        }
        else
        {
            while (form.Operands.Count > 0 && form.Operands[^1] is null) form.Operands.RemoveAt(form.Operands.Count - 1);
            for (int i = 0; i < form.Operands.Count; i++)
                operands.Add(form.Operands[i] ?? throw new EvaluationException($"input {i} is missing, though later ones are there"));
        }
        int count = Results(form);
        var provisional = new IrType[count];
        Array.Fill(provisional, form.Provisional ?? GraphTypes.Tensor((long[]?)null, form.Element ?? FloatType.F32(context)));
        Operation op = builder.Create(name, operands.ToArray(), provisional, attributes.ToArray());
        IrType[] types = ((GraphOp)op).InferTypes();
        var results = new Value[count];
        for (int i = 0; i < count; i++)
        {
            IrType type = types[i];
            if (form.After is null && i < form.Node.Output.Count) type = Refined(type, form.Node.Output[i]);
            builder.SetResultType(op, i, type);
            results[i] = op.Result(i);
        }
        return form.After is { } after ? [after(results[0])] : results;
    }

    // What the model itself says of a value counts where nothing better is known.
    private IrType Refined(IrType type, string name)
    {
        if (type is not TensorType tensor || name.Length == 0 || (type is RankedTensorType { HasStaticShape: true })) return type;
        if (InfoOf(name) is not { Type: { } said } || TypeOf(said, name) is not { } declared || !GraphTypes.Compatible(type, declared)) return type;
        if (type is not RankedTensorType ranked || declared is not RankedTensorType better) return declared;
        long[] shape = ranked.Shape.ToArray();
        for (int i = 0; i < shape.Length; i++)
            if (ShapedType.IsDynamic(shape[i])) shape[i] = better.Shape[i];
        return GraphTypes.Tensor(shape, tensor.ElementType);
    }

    private static int Results(Form form)
    {
        var outputs = form.Node.Output;
        switch (form.Node.OpType)
        {
            case "Split" or "Adagrad" or "Adam" or "Momentum": return outputs.Count;
            case "TopK" or "RNN" or "GRU" or "SoftmaxCrossEntropyLoss": return 2;
            case "DynamicQuantizeLinear" or "LSTM": return 3;
            case "Unique": return 4;
            case "MaxPool": return outputs.Count > 1 && outputs[1].Length > 0 ? 2 : 1;
            case "BatchNormalization": return form.Operation is null ? 1 : 3;
            case "LayerNormalization": return (outputs.Count > 1 && outputs[1].Length > 0) || (outputs.Count > 2 && outputs[2].Length > 0) ? 3 : 1;
            default: return 1;
        }
    }

    private Attr? Convert(AttributeProto a)
    {
        switch (LetterOf(a))
        {
            case 'i': return IntegerAttr.Get(context.Common.I64, a.I);
            case 'f': return FloatAttr.Get(FloatType.F32(context), a.F);
            case 's': return StringAttr.Get(context, a.S.ToStringUtf8());
            case 'I': return DenseArrayAttr.Get(context, a.Ints.ToArray());
            case 'F': return DenseArrayAttr.Get(context, a.Floats.ToArray());
            case 'S':
                var texts = new Attr[a.Strings.Count];
                for (int i = 0; i < texts.Length; i++) texts[i] = StringAttr.Get(context, a.Strings[i].ToStringUtf8());
                return ArrayAttr.Get(context, texts);
            default: return null;
        }
    }

    private void ImportConstant(NodeProto node, string label)
    {
        string name = node.Output.Count > 0 ? node.Output[0] : "";
        foreach (var a in node.Attribute)
        {
            NdArray? value = a.Name switch
            {
                "value" => model.Tensor(a.T),
                "sparse_value" => OnnxSparse.ToArray(model, a.SparseTensor),
                "value_float" => NdArray.Scalar(a.F),
                "value_int" => NdArray.Scalar(a.I),
                "value_string" => NdArray.Scalar(a.S.ToStringUtf8()),
                "value_floats" => NdArray.Vector<float>(a.Floats.ToArray()),
                "value_ints" => NdArray.Vector<long>(a.Ints.ToArray()),
                "value_strings" => Texts(a),
                _ => null,
            };
            if (value is null) continue;
            scope.Values[name] = Constant(value, name, a.T);
            return;
        }
        Error(OnnxError.Attribute, label, "attribute", "the constant has no value");
    }

    private static NdArray Texts(AttributeProto a)
    {
        var texts = new string[a.Strings.Count];
        for (int i = 0; i < texts.Length; i++) texts[i] = a.Strings[i].ToStringUtf8();
        return NdArray.Vector<string>(texts);
    }

    /// <summary>A node on its way to the current form.</summary>
    private sealed class Form(NodeProto node, List<Value?> operands, string label)
    {
        public NodeProto Node { get; } = node;

        public string Label { get; } = label;

        public List<Value?> Operands { get; } = operands;

        public List<AttributeProto> Attributes { get; } = [.. node.Attribute];

        public List<(string, Attr)> Extra { get; } = [];

        /// <summary>The operation's name, where it does not follow from the operator's.</summary>
        public string? Operation { get; set; }

        /// <summary>The element type of the result, where the operation does not say it.</summary>
        public IrType? Element { get; set; }

        /// <summary>The result's type, where the operation does not say it and it is no tensor.</summary>
        public IrType? Provisional { get; set; }

        /// <summary>What is done with the result.</summary>
        public Func<Value, Value>? After { get; set; }

        /// <summary>The node's results, where no operation is to be made.</summary>
        public Value[]? Results { get; set; }

        /// <summary>An input that must be there.</summary>
        public Value Operand(int index) =>
            index < Operands.Count && Operands[index] is { } value ? value : throw new EvaluationException($"input {index} is missing");

        public AttributeProto? Peek(string name)
        {
            foreach (var a in Attributes)
                if (a.Name == name) return a;
            return null;
        }

        public AttributeProto? Take(string name)
        {
            for (int i = 0; i < Attributes.Count; i++)
            {
                if (Attributes[i].Name != name) continue;
                var found = Attributes[i];
                Attributes.RemoveAt(i);
                return found;
            }
            return null;
        }
    }
}
