using NestC.Support;

namespace NestC.IR;

public abstract partial class Operation
{
    /// <summary>A hash of the properties; equal properties have equal hashes. The generator implements it over the typed fields.</summary>
    public virtual int PropertiesHash() => PropertiesAttr?.Identity ?? 0;

    /// <summary>Whether an operation of the same kind has the same properties.</summary>
    public virtual bool SameProperties(Operation other) => PropertiesAttr == other.PropertiesAttr;
}

/// <summary>Hashes and comparisons of property values, one overload for each C# type that a property may have.</summary>
public static class PropertyEquality
{
    public static int HashOf(Interned? value) => value?.Identity ?? 0;

    public static int HashOf(bool value) => value ? 1 : 2;

    public static int HashOf(bool? value) => value is { } v ? HashOf(v) : 0;

    public static int HashOf(long value) => Hash.Of(value);

    public static int HashOf(long? value) => value is { } v ? Hash.Of(v) : 0;

    public static int HashOf(double value) => Hash.Of(BitConverter.DoubleToInt64Bits(value));

    public static int HashOf(double? value) => value is { } v ? HashOf(v) : 0;

    public static int HashOf<T>(T[]? values) where T : unmanaged =>
        values is null ? 0 : Hash.OfBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(values));

    public static bool Same(Interned? a, Interned? b) => ReferenceEquals(a, b);

    public static bool Same(bool? a, bool? b) => a == b;

    public static bool Same(long? a, long? b) => a == b;

    /// <summary>Compares bits, so that NaN is the same as itself and zero is not the same as minus zero.</summary>
    public static bool Same(double? a, double? b) =>
        a.HasValue == b.HasValue && BitConverter.DoubleToInt64Bits(a.GetValueOrDefault()) == BitConverter.DoubleToInt64Bits(b.GetValueOrDefault());

    public static bool Same<T>(T[]? a, T[]? b) where T : unmanaged =>
        ReferenceEquals(a, b) || (a is not null && b is not null && System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(a)
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(b)));
}
