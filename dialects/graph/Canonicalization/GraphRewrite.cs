using NestC.Builtin;
using NestC.IR;

namespace NestC.Dialects.Graph.Canonicalization;

/// <summary>How patterns make operations of the dialect.</summary>
public static class GraphRewrite
{
    /// <summary>Makes an operation of one result whose type follows from its operands.</summary>
    public static Value Make(OpBuilder builder, string name, ReadOnlySpan<Value> operands, params ReadOnlySpan<(string Name, Attr Value)> properties)
    {
        var attributes = new NamedAttr[properties.Length];
        for (int i = 0; i < attributes.Length; i++) attributes[i] = new NamedAttr(builder.Context.Identifier(properties[i].Name), properties[i].Value);
        IrType open = GraphTypes.Tensor((long[]?)null, GraphTypes.Element(operands[0]));
        Operation op = builder.Create(name, operands, [open], attributes);
        builder.SetResultType(op, 0, ((GraphOp)op).InferTypes()[0]);
        return op.Result(0);
    }

    /// <summary>Makes an operation of one result and the given type.</summary>
    public static Value MakeTyped(OpBuilder builder, string name, ReadOnlySpan<Value> operands, IrType type, params ReadOnlySpan<(string Name, Attr Value)> properties)
    {
        var attributes = new NamedAttr[properties.Length];
        for (int i = 0; i < attributes.Length; i++) attributes[i] = new NamedAttr(builder.Context.Identifier(properties[i].Name), properties[i].Value);
        return builder.Create(name, operands, [type], attributes).Result(0);
    }

    /// <summary>Makes an operation of the same kind and properties on other operands; its types follow, and are <paramref name="type"/> where
    /// that is given and nothing better is known.</summary>
    public static Operation Like(OpBuilder builder, Operation op, ReadOnlySpan<Value> operands, IrType? type = null)
    {
        OperationState state = new(op.Info, builder.Location) { Properties = op.PropertiesAttr };
        state.Operands.AddRange(operands);
        for (int i = 0; i < op.ResultCount; i++) state.ResultTypes.Add(i == 0 && type is not null ? type : GraphTypes.Tensor((long[]?)null, GraphTypes.Element(op.Result(i))));
        foreach (NamedAttr attribute in op.Attributes.Entries) state.Attributes.Add(attribute);
        Operation made = builder.Create(state);
        if (type is null && made is GraphOp graph)
        {
            IrType[] types = graph.InferTypes();
            for (int i = 0; i < types.Length; i++) builder.SetResultType(made, i, types[i]);
        }
        return made;
    }

    public static Attr Int(OpBuilder builder, long value) => IntegerAttr.Get(builder.Context.Common.I64, value);

    public static Attr Ints(OpBuilder builder, ReadOnlySpan<long> values) => DenseArrayAttr.Get(builder.Context, values);

    public static Attr Float(OpBuilder builder, double value) => FloatAttr.Get(FloatType.F32(builder.Context), value);

    /// <summary>The extents of a value whose shape is known; null otherwise.</summary>
    public static long[]? Shape(Value value) => value.Type is RankedTensorType { HasStaticShape: true } type ? type.Shape.ToArray() : null;

    /// <summary>The extents of a value, unknown ones as <see cref="ShapedType.Dynamic"/>; null without rank.</summary>
    public static long[]? Extents(Value value) => value.Type is RankedTensorType type ? type.Shape.ToArray() : null;

    /// <summary>Whether a value may stand for another one: it has its type, or a better one for users that do not mind.</summary>
    public static bool CanReplace(Value old, Value by)
    {
        if (old.Type == by.Type) return true;
        if (!GraphTypes.Compatible(old.Type, by.Type)) return false;
        foreach (Use use in old.Uses)
            if (use.Owner is not GraphOp) return false;
        return true;
    }

    /// <summary>Whether an axis list names each dimension at most once and in range; negative ones are counted from the back, in place.</summary>
    public static bool Normalize(long[] axes, int rank)
    {
        for (int i = 0; i < axes.Length; i++)
        {
            if (axes[i] < 0) axes[i] += rank;
            if (axes[i] < 0 || axes[i] >= rank) return false;
            for (int j = 0; j < i; j++)
                if (axes[j] == axes[i]) return false;
        }
        return true;
    }
}
