namespace NestC.Support;

/// <summary>
/// A map from UTF-8 keys to objects, looked up by span. Reads take no lock; writers are serialized. Entries are never removed.
/// </summary>
public sealed class Utf8Map<TValue> where TValue : class
{
    private sealed class Node(byte[] key, int hash, TValue value, Node? next)
    {
        public readonly byte[] Key = key;
        public readonly int Hash = hash;
        public readonly TValue Value = value;
        public Node? Next = next;
    }

    private Node?[] buckets = new Node?[64];
    private int count;
    private readonly object gate = new();

    public int Count => count;

    public TValue? Find(ReadOnlySpan<byte> key) => Find(key, Hash.OfBytes(key));

    private TValue? Find(ReadOnlySpan<byte> key, int hash)
    {
        Node?[] table = Volatile.Read(ref buckets);
        for (Node? n = Volatile.Read(ref table[hash & (table.Length - 1)]); n is not null; n = n.Next)
            if (n.Hash == hash && key.SequenceEqual(n.Key)) return n.Value;
        return null;
    }

    /// <summary>The value of <paramref name="key"/>, made by <paramref name="make"/> when it is new.</summary>
    public TValue GetOrAdd<TState>(ReadOnlySpan<byte> key, TState state, Func<byte[], TState, TValue> make)
    {
        int hash = Hash.OfBytes(key);
        TValue? found = Find(key, hash);
        if (found is not null) return found;
        lock (gate)
        {
            found = Find(key, hash);
            if (found is not null) return found;
            byte[] stored = key.ToArray();
            TValue value = make(stored, state);
            Insert(new Node(stored, hash, value, null));
            return value;
        }
    }

    /// <summary>Adds or replaces nothing: false when the key is there already.</summary>
    public bool TryAdd(ReadOnlySpan<byte> key, TValue value)
    {
        int hash = Hash.OfBytes(key);
        lock (gate)
        {
            if (Find(key, hash) is not null) return false;
            Insert(new Node(key.ToArray(), hash, value, null));
            return true;
        }
    }

    private void Insert(Node node)
    {
        if (count >= buckets.Length)
        {
            Node?[] bigger = new Node?[buckets.Length * 2];
            foreach (Node? head in buckets)
                for (Node? n = head; n is not null; n = n.Next)
                {
                    ref Node? slot = ref bigger[n.Hash & (bigger.Length - 1)];
                    slot = new Node(n.Key, n.Hash, n.Value, slot);
                }
            Volatile.Write(ref buckets, bigger);
        }
        ref Node? bucket = ref buckets[node.Hash & (buckets.Length - 1)];
        node.Next = bucket;
        Volatile.Write(ref bucket, node);
        count++;
    }
}
