using System.Numerics;

namespace NestC.Dialects.Npu.Isa;

/// <summary>A set of element indices of one on-chip memory, as bits; the checks of a whole instruction are a few word operations.</summary>
public sealed class IndexSet
{
    private readonly ulong[] words, seen;

    public IndexSet(int capacity)
    {
        Capacity = capacity;
        words = new ulong[(capacity + 63) >> 6];
        seen = new ulong[words.Length];
    }

    public int Capacity { get; }

    /// <summary>The bits, 64 indices a word.</summary>
    public ReadOnlySpan<ulong> Words => words;

    public void Clear() => Array.Clear(words);

    public void Add(int index) => words[index >> 6] |= 1UL << (index & 63);

    public bool Contains(int index) => (words[index >> 6] >> (index & 63) & 1) != 0;

    public void AddRange(int start, int count)
    {
        int end = start + count;
        while (start < end)
        {
            int bits = Math.Min(64 - (start & 63), end - start);
            words[start >> 6] |= Ones(bits) << (start & 63);
            start += bits;
        }
    }

    /// <summary>
    /// Adds field[u] + i * factorOut + j * factorIn for every micro-op and iteration; all of them must be below <see cref="Capacity"/>.
    /// </summary>
    public void AddLoop(ReadOnlySpan<int> fields, in LoopFields loop, int factorOut, int factorIn)
    {
        int iterOut = factorOut == 0 ? 1 : loop.IterOut, iterIn = factorIn == 0 ? 1 : loop.IterIn;
        // Neighbouring indices are set a word at a time: the loop that steps by one becomes a range.
        if (factorOut == 1) (iterOut, iterIn, factorOut, factorIn) = (iterIn, iterOut, factorIn, factorOut);
        Array.Clear(seen);
        foreach (int field in fields)
        {
            // Micro-ops share most of their fields.
            ulong bit = 1UL << (field & 63);
            if ((seen[field >> 6] & bit) != 0)
                continue;
            seen[field >> 6] |= bit;
            int row = field;
            for (int i = 0; i < iterOut; i++, row += factorOut)
            {
                if (factorIn == 1)
                {
                    AddRange(row, iterIn);
                    continue;
                }
                int index = row;
                for (int j = 0; j < iterIn; j++, index += factorIn)
                    words[index >> 6] |= 1UL << (index & 63);
            }
        }
    }

    public void UnionWith(IndexSet other)
    {
        for (int i = 0; i < words.Length; i++)
            words[i] |= other.words[i];
    }

    public void ExceptWith(IndexSet other)
    {
        for (int i = 0; i < words.Length; i++)
            words[i] &= ~other.words[i];
    }

    /// <summary>The first index that is here but not in <paramref name="other"/>, or -1; <paramref name="count"/> says how many there are.</summary>
    public int FirstNotIn(IndexSet other, out int count)
    {
        int first = -1;
        count = 0;
        for (int i = 0; i < words.Length; i++)
        {
            ulong rest = words[i] & ~other.words[i];
            if (rest == 0)
                continue;
            if (first < 0)
                first = (i << 6) + BitOperations.TrailingZeroCount(rest);
            count += BitOperations.PopCount(rest);
        }
        return first;
    }

    /// <summary>The first index of the range that is not here, or -1; <paramref name="count"/> says how many there are.</summary>
    public int FirstMissing(int start, int length, out int count)
    {
        int first = -1, end = start + length;
        count = 0;
        while (start < end)
        {
            int bits = Math.Min(64 - (start & 63), end - start);
            ulong rest = ~(words[start >> 6] >> (start & 63)) & Ones(bits);
            if (rest != 0)
            {
                if (first < 0)
                    first = start + BitOperations.TrailingZeroCount(rest);
                count += BitOperations.PopCount(rest);
            }
            start += bits;
        }
        return first;
    }

    private static ulong Ones(int bits) => bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
}
