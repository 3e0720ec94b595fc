using NestC.Builtin;
using NestC.Support;
using NestC.Syntax;

namespace NestC.IR;

/// <summary>
/// A location in eight bytes: nothing, a place in a source that was read (file and byte offset; line and column are computed
/// when somebody asks), or an interned <see cref="LocationAttr"/>. An operation keeps this, so parsing makes no location objects.
/// </summary>
public readonly struct Location : IEquatable<Location>
{
    // 0: unknown. Bit 63: index into the context's table of location attributes. Otherwise source id << 40 | offset.
    private readonly ulong bits;

    private Location(ulong bits) => this.bits = bits;

    public static Location Unknown => default;

    public bool IsUnknown => bits == 0;

    internal static Location InSource(int sourceId, long offset) => new((ulong)sourceId << 40 | (ulong)offset);

    internal static Location OfAttr(int index) => new(1UL << 63 | (uint)index);

    /// <summary>Whether the place is one in a source that was read, and which.</summary>
    internal bool TryGetSource(out int sourceId, out long offset)
    {
        sourceId = (int)(bits >> 40 & 0x7FFFFF);
        offset = (long)(bits & 0xFFFFFFFFFF);
        return bits != 0 && bits >> 63 == 0;
    }

    internal int AttrIndex => bits >> 63 == 1 ? (int)(bits & 0x7FFFFFFF) : -1;

    public bool Equals(Location other) => bits == other.bits;

    public override bool Equals(object? obj) => obj is Location other && Equals(other);

    public override int GetHashCode() => Hash.Of((long)bits);

    public static bool operator ==(Location a, Location b) => a.bits == b.bits;

    public static bool operator !=(Location a, Location b) => a.bits != b.bits;
}

public sealed partial class NestContext
{
    private readonly object locationGate = new();
    private LocationAttr[] locationTable = new LocationAttr[16];
    private int locationCount;

    /// <summary>The location attribute that <paramref name="location"/> stands for: line and column are computed here.</summary>
    public LocationAttr Resolve(Location location)
    {
        int index = location.AttrIndex;
        if (index >= 0) return Volatile.Read(ref locationTable)[index];
        if (!location.TryGetSource(out int id, out long offset)) return LocationAttr.Unknown(this);
        (int line, int column) = Sources[id].LineAndColumn(offset);
        return FileLineColLoc.Get(this, Sources[id].Name, line, column);
    }

    /// <summary>The handle of an interned location attribute.</summary>
    public Location Handle(LocationAttr attr)
    {
        if (attr is UnknownLoc) return Location.Unknown;
        int known = attr.TableIndex;
        if (known > 0) return Location.OfAttr(known - 1);
        lock (locationGate)
        {
            if (attr.TableIndex > 0) return Location.OfAttr(attr.TableIndex - 1);
            if (locationCount == locationTable.Length)
            {
                LocationAttr[] bigger = new LocationAttr[locationCount * 2];
                locationTable.CopyTo(bigger, 0);
                Volatile.Write(ref locationTable, bigger);
            }
            locationTable[locationCount] = attr;
            attr.TableIndex = ++locationCount;
            return Location.OfAttr(locationCount - 1);
        }
    }
}
