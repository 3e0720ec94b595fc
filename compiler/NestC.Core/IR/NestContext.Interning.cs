using System.Runtime.CompilerServices;

namespace NestC.IR;

public sealed partial class NestContext
{
    /// <summary>The type that <paramref name="key"/> describes.</summary>
    internal T InternType<T, TKey>(scoped in TKey key) where T : IrType where TKey : struct, IInternKey, allows ref struct =>
        Unsafe.As<T>(types.GetOrAdd(this, key));

    /// <summary>The attribute (or affine expression) that <paramref name="key"/> describes.</summary>
    internal T InternAttr<T, TKey>(scoped in TKey key) where T : Interned where TKey : struct, IInternKey, allows ref struct =>
        Unsafe.As<T>(attrs.GetOrAdd(this, key));
}
