using System.IO.MemoryMappedFiles;

namespace NestC.Onnx;

/// <summary>A whole file mapped for reading; the mapping lives as long as something refers to this object.</summary>
public sealed unsafe class MappedFile
{
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? view;

    private MappedFile(string path, long length, MemoryMappedFile? file)
    {
        Path = path;
        Length = length;
        this.file = file;
        if (file == null) return;
        view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Data = start + view.PointerOffset;
    }

    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>First byte; null for an empty file.</summary>
    public byte* Data { get; }

    /// <summary>Maps a file; throws <see cref="OnnxException"/> when it cannot be read.</summary>
    public static MappedFile Open(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            return new MappedFile(path, length, length == 0 ? null : MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new OnnxException(OnnxError.File, null, null, $"cannot read '{path}': {Reason(e)}");
        }
    }

    /// <summary>Ends the mapping at once, for a file of which nothing is kept; no view of it may be used afterwards.</summary>
    internal void Close()
    {
        if (view == null) return;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file!.Dispose();
    }

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "access is denied",
        _ => "it is not a readable file",
    };
}
