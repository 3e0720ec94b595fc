namespace NestC.Support;

/// <summary>Files that tools write.</summary>
public static class OutputFile
{
    /// <summary>Creates or empties a file. Not buffered.</summary>
    /// <exception cref="IOException">It cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written there.</exception>
    public static Stream Create(string path) =>
        (Stream?)DescriptorStream.Create(path) ?? new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 0);
}
