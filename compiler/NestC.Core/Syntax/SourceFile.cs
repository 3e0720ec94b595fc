using System.Runtime.InteropServices;
using System.Text;
using NestC.Support;

namespace NestC.Syntax;

/// <summary>The bytes of one input, in memory that does not move, followed by at least one NUL.</summary>
public sealed unsafe class SourceFile : IDisposable
{
    private const int Padding = 64;
    private int[]? lineStarts;
    private readonly object gate = new();

    private SourceFile(string name, long length)
    {
        Name = name;
        Length = length;
        Data = (byte*)NativeMemory.Alloc((nuint)(length + Padding));
        new Span<byte>(Data + length, Padding).Clear();
    }

    /// <summary>Largest input that is read, in bytes: offsets are 31 bits.</summary>
    public const long MaxLength = int.MaxValue - Padding;

    /// <summary>The name that locations show.</summary>
    public string Name { get; }

    internal byte* Data { get; private set; }

    public long Length { get; }

    internal int Id { get; set; }

    private Span<byte> Writable => new(Data, (int)Length);

    public ReadOnlySpan<byte> Bytes => new(Data, (int)Length);

    public static SourceFile FromText(string name, string text) => FromBytes(name, Encoding.UTF8.GetBytes(text));

    public static SourceFile FromBytes(string name, ReadOnlySpan<byte> bytes)
    {
        SourceFile file = new(name, bytes.Length);
        bytes.CopyTo(file.Writable);
        return file;
    }

    /// <summary>Reads a file, or standard input when the path is `-`.</summary>
    /// <exception cref="IOException">The file cannot be read, or is larger than <see cref="MaxLength"/>.</exception>
    public static SourceFile Read(string path)
    {
        if (path == "-") return FromStream("<stdin>", StandardStream.Input());
        if (ReadDescriptor(path) is { } read) return read;
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        if (!stream.CanSeek) return FromStream(path, stream);
        if (stream.Length > MaxLength) throw new IOException($"the input has {stream.Length} bytes; at most {MaxLength} can be read");
        SourceFile file = new(path, stream.Length);
        stream.ReadExactly(file.Writable);
        return file;
    }

    // Null: what is wrong is for the framework to say.
    private static SourceFile? ReadDescriptor(string path)
    {
        using DescriptorStream? stream = DescriptorStream.OpenRead(path);
        if (stream is null || stream.Size() is var size && size > MaxLength) return null;
        try
        {
            if (size == 0) return FromStream(path, stream);
            SourceFile file = new(path, size);
            stream.ReadExactly(file.Writable);
            return file;
        }
        catch (IOException) when (size > 0 || Directory.Exists(path))      // a pipe cannot be read twice
        {
            return null;
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="IOException">It holds more than <see cref="MaxLength"/> bytes.</exception>
    public static SourceFile FromStream(string name, Stream stream)
    {
        byte[] buffer = new byte[1 << 16];
        int count = 0;
        while (true)
        {
            int n = stream.Read(buffer, count, buffer.Length - count);
            if (n == 0) break;
            count += n;
            if (count < buffer.Length) continue;
            if (buffer.Length >= MaxLength) throw new IOException($"the input has more than {MaxLength} bytes");
            Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, MaxLength));
        }
        return FromBytes(name, buffer.AsSpan(0, count));
    }

    /// <summary>Line and column (both from 1, the column in bytes) of a byte offset.</summary>
    public (int Line, int Column) LineAndColumn(long offset)
    {
        int[] starts = LineStarts();
        int index = Array.BinarySearch(starts, (int)offset);
        if (index < 0) index = ~index - 1;
        return (index + 1, (int)offset - starts[index] + 1);
    }

    /// <summary>The text of a line (from 1), without its end of line.</summary>
    public ReadOnlySpan<byte> Line(int line)
    {
        int[] starts = LineStarts();
        if (line < 1 || line > starts.Length) return default;
        int from = starts[line - 1];
        ReadOnlySpan<byte> rest = Bytes[from..];
        int end = rest.IndexOf((byte)'\n');
        if (end >= 0) rest = rest[..end];
        return rest.Length > 0 && rest[^1] == '\r' ? rest[..^1] : rest;
    }

    private int[] LineStarts()
    {
        lock (gate)
        {
            if (lineStarts is not null) return lineStarts;
            ReadOnlySpan<byte> bytes = Bytes;
            int[] starts = new int[bytes.Count((byte)'\n') + 1];
            int at = 0;
            for (int line = 1; line < starts.Length; line++)
            {
                at += bytes[at..].IndexOf((byte)'\n') + 1;
                starts[line] = at;
            }
            return lineStarts = starts;
        }
    }

    ~SourceFile() => Release();

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        NativeMemory.Free(Data);
        Data = null;
    }
}

/// <summary>The sources of a context, by the id that locations hold.</summary>
public sealed class SourceManager
{
    private readonly List<SourceFile> files = [];
    private readonly object gate = new();

    public SourceFile this[int id]
    {
        get
        {
            lock (gate) return files[id - 1];
        }
    }

    /// <summary>The source of this name that was added last, or null.</summary>
    public SourceFile? Find(string name)
    {
        lock (gate)
        {
            for (int i = files.Count - 1; i >= 0; i--)
            {
                if (files[i].Name == name) return files[i];
            }
        }
        return null;
    }

    public void Add(SourceFile file)
    {
        lock (gate)
        {
            files.Add(file);
            file.Id = files.Count;
        }
    }
}
