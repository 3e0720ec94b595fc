using NestC.Builtin;

namespace NestC.IR;

/// <summary>Typed property values as attributes, and back; what generated property code is made of.</summary>
public static class PropertyForm
{
    public static Attr Of(NestContext context, long value) => IntegerAttr.Get(context.Common.I64, value);

    public static Attr Of(NestContext context, int value) => IntegerAttr.Get(context.Common.I32, value);

    public static Attr Of(NestContext context, bool value) => value ? context.Common.True : context.Common.False;

    public static Attr Of(NestContext context, double value) => FloatAttr.Get(context.Common.F64, value);

    public static Attr Of(NestContext context, float value) => FloatAttr.Get(context.Common.F32, value);

    public static Attr Of(NestContext context, long[] value) => DenseArrayAttr.Get(context, value);

    public static Attr Of(NestContext context, int[] value) => DenseArrayAttr.Get(context, value);

    public static Attr Of(NestContext context, bool[] value) => DenseArrayAttr.Get(context, value);

    public static Attr Of(NestContext context, double[] value) => DenseArrayAttr.Get(context, value);

    public static Attr Of(NestContext context, float[] value) => DenseArrayAttr.Get(context, value);

    public static Attr Of(IrType value) => TypeAttr.Get(value);

    public static bool TryGet(Attr attr, out long value)
    {
        value = attr is IntegerAttr integer ? integer.Value : 0;
        return attr is IntegerAttr i && i.Type == attr.Context.Common.I64;
    }

    public static bool TryGet(Attr attr, out int value)
    {
        value = attr is IntegerAttr integer ? (int)integer.Value : 0;
        return attr is IntegerAttr i && i.Type == attr.Context.Common.I32;
    }

    public static bool TryGet(Attr attr, out bool value) => BoolAttr.TryGetValue(attr, out value);

    public static bool TryGet(Attr attr, out double value)
    {
        value = attr is FloatAttr number ? number.Value : 0;
        return attr is FloatAttr f && f.Type == attr.Context.Common.F64;
    }

    public static bool TryGet(Attr attr, out float value)
    {
        value = attr is FloatAttr number ? (float)number.Value : 0;
        return attr is FloatAttr f && f.Type == attr.Context.Common.F32;
    }

    public static bool TryGet(Attr attr, out long[] value)
    {
        bool fits = attr is DenseArrayAttr array && array.ElementType == attr.Context.Common.I64;
        value = fits ? ((DenseArrayAttr)attr).As<long>().ToArray() : [];
        return fits;
    }

    public static bool TryGet(Attr attr, out int[] value)
    {
        bool fits = attr is DenseArrayAttr array && array.ElementType == attr.Context.Common.I32;
        value = fits ? ((DenseArrayAttr)attr).As<int>().ToArray() : [];
        return fits;
    }

    public static bool TryGet(Attr attr, out bool[] value)
    {
        bool fits = attr is DenseArrayAttr array && array.ElementType == attr.Context.Common.I1;
        value = fits ? ((DenseArrayAttr)attr).As<bool>().ToArray() : [];
        return fits;
    }

    public static bool TryGet(Attr attr, out double[] value)
    {
        bool fits = attr is DenseArrayAttr array && array.ElementType == attr.Context.Common.F64;
        value = fits ? ((DenseArrayAttr)attr).As<double>().ToArray() : [];
        return fits;
    }

    public static bool TryGet(Attr attr, out float[] value)
    {
        bool fits = attr is DenseArrayAttr array && array.ElementType == attr.Context.Common.F32;
        value = fits ? ((DenseArrayAttr)attr).As<float>().ToArray() : [];
        return fits;
    }

    public static bool TryGet<T>(Attr attr, out T value) where T : IrType
    {
        value = ((attr as TypeAttr)?.Value as T)!;
        return value is not null;
    }

    /// <summary>
    /// Sets all properties of an operation from their dictionary. Entries that name no property are ignored, as upstream
    /// does; one that does not fit is told to <paramref name="error"/>.
    /// </summary>
    public static bool SetAll(Operation op, Attr properties, Action<string> error)
    {
        if (properties is not DictionaryAttr dictionary)
        {
            error("expected DictionaryAttr to set properties");
            return false;
        }
        foreach (NamedAttr entry in dictionary.Entries)
        {
            if (op.SetInherent(entry.Name.Utf8, entry.Value) || !IsInherent(op, entry.Name)) continue;
            error($"Invalid attribute `{entry.Name}` in property conversion: {entry.Value}");
            return false;
        }
        return true;
    }

    private static bool IsInherent(Operation op, Identifier name)
    {
        if (op.Info.Definition is not { } definition) return false;
        foreach (string known in definition.InherentNames)
            if (known == name.ToString()) return true;
        return false;
    }
}
