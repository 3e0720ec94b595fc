using System.Runtime.CompilerServices;
using NestC.IR;

namespace NestC.Syntax;

/// <summary>The aliases (`#map`, `!tuple`, `#loc3`) of the module that is being printed.</summary>
internal sealed class AliasTable
{
    private readonly Dictionary<Interned, byte[]> byObject = new(ReferenceComparer.Instance);

    public byte[]? Find(Interned what) => byObject.GetValueOrDefault(what);

    public void Add(Interned what, byte[] alias) => byObject.Add(what, alias);

    private sealed class ReferenceComparer : IEqualityComparer<Interned>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(Interned? x, Interned? y) => ReferenceEquals(x, y);

        public int GetHashCode(Interned obj) => RuntimeHelpers.GetHashCode(obj);
    }
}
