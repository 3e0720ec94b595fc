using System.Text;
using NestC.Support;

namespace NestC.IR;

/// <summary>An interned name (of an attribute, a dialect, an operation), kept as UTF-8.</summary>
public sealed class Identifier
{
    private readonly byte[] utf8;
    private string? text;

    internal Identifier(byte[] utf8)
    {
        this.utf8 = utf8;
        HashCode = Hash.OfBytes(utf8);
        IsBare = utf8.Length > 0 && AsciiChar.IsNameStart(utf8[0]);
        foreach (byte b in utf8)
        {
            if (!AsciiChar.IsNameBody(b)) IsBare = false;
            HasPrefix |= b == '.';
        }
    }

    public ReadOnlySpan<byte> Utf8 => utf8;

    internal int HashCode { get; }

    /// <summary>Whether the name can be written without quotes in a dictionary: a letter or `_`, then letters, digits, `_`, `$`, `.`.</summary>
    public bool IsBare { get; }

    /// <summary>Whether there is a dot.</summary>
    public bool HasPrefix { get; }

    /// <summary>The part before the first dot, or empty.</summary>
    public ReadOnlySpan<byte> DialectPrefix
    {
        get
        {
            int dot = utf8.AsSpan().IndexOf((byte)'.');
            return dot < 0 ? default : utf8.AsSpan(0, dot);
        }
    }

    public static int Compare(Identifier a, Identifier b) => a.utf8.AsSpan().SequenceCompareTo(b.utf8);

    public override string ToString() => text ??= Encoding.UTF8.GetString(utf8);

    public static implicit operator string(Identifier name) => name.ToString();
}
