using System.Numerics;
using System.Runtime.CompilerServices;

namespace NestC.Support;

/// <summary>
/// A natural number in limbs that the caller provides: what exact conversions between binary and decimal need, without
/// allocation for common sizes.
/// </summary>
internal ref struct BigNatural
{
    private Span<uint> limbs;
    private int count;

    public BigNatural(Span<uint> storage, ulong high, ulong low)
    {
        limbs = storage;
        limbs[0] = (uint)low;
        limbs[1] = (uint)(low >> 32);
        limbs[2] = (uint)high;
        limbs[3] = (uint)(high >> 32);
        count = 4;
        Trim();
    }

    public readonly bool IsZero => count == 0;

    public readonly int BitLength => count == 0 ? 0 : count * 32 - BitOperations.LeadingZeroCount(limbs[count - 1]);

    private void Push(uint limb)
    {
        if (count == limbs.Length)
        {
            uint[] more = new uint[Math.Max(16, count * 2)];
            limbs[..count].CopyTo(more);
            limbs = more;
        }
        limbs[count++] = limb;
    }

    public void Multiply(uint factor)
    {
        ulong carry = 0;
        for (int i = 0; i < count; i++)
        {
            carry += (ulong)limbs[i] * factor;
            limbs[i] = (uint)carry;
            carry >>= 32;
        }
        if (carry != 0) Push((uint)carry);
    }

    public void MultiplyPower(uint radix, int exponent)
    {
        // The largest power of the radix that fits a limb, then the rest.
        uint chunk = 1;
        int step = 0;
        while ((ulong)chunk * radix <= uint.MaxValue)
        {
            chunk *= radix;
            step++;
        }
        for (; exponent >= step; exponent -= step) Multiply(chunk);
        uint rest = 1;
        for (; exponent > 0; exponent--) rest *= radix;
        if (rest != 1) Multiply(rest);
    }

    public void Add(uint addend)
    {
        ulong carry = addend;
        for (int i = 0; i < count && carry != 0; i++)
        {
            carry += limbs[i];
            limbs[i] = (uint)carry;
            carry >>= 32;
        }
        if (carry != 0) Push((uint)carry);
    }

    public void ShiftLeft(int bits)
    {
        if (count == 0) return;
        int words = bits >> 5;
        bits &= 31;
        if (bits != 0)
        {
            uint carry = 0;
            for (int i = 0; i < count; i++)
            {
                uint limb = limbs[i];
                limbs[i] = limb << bits | carry;
                carry = limb >> (32 - bits);
            }
            if (carry != 0) Push(carry);
        }
        if (words == 0) return;
        int old = count;
        for (int i = 0; i < words; i++) Push(0);
        limbs[..old].CopyTo(limbs[words..]);
        limbs[..words].Clear();
    }

    /// <summary>Divides in place and returns the remainder.</summary>
    public uint Divide(uint divisor)
    {
        ulong rest = 0;
        for (int i = count - 1; i >= 0; i--)
        {
            rest = rest << 32 | limbs[i];
            limbs[i] = (uint)(rest / divisor);
            rest %= divisor;
        }
        Trim();
        return (uint)rest;
    }

    private void Trim()
    {
        while (count > 0 && limbs[count - 1] == 0) count--;
    }

    public static int Compare(in BigNatural a, in BigNatural b)
    {
        if (a.count != b.count) return a.count.CompareTo(b.count);
        for (int i = a.count - 1; i >= 0; i--)
            if (a.limbs[i] != b.limbs[i]) return a.limbs[i].CompareTo(b.limbs[i]);
        return 0;
    }
}
