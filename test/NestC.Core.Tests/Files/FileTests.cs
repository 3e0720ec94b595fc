using System.Text;
using NestC.Support;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Files;

/// <summary>Inputs and outputs are whole whatever they are: files, empty files, pipes; and what fails says what the system says.</summary>
public sealed class FileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("nest").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(3_000_001)]
    public void WhatIsWrittenIsRead(int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        string path = Path.Combine(folder, "ünï code.mlir");
        File.WriteAllText(path, new string('x', 5000));         // longer at times: it must be emptied first
        using (Stream output = OutputFile.Create(path))
        {
            output.Write(bytes.AsSpan(0, size / 3));
            output.Write(bytes, size / 3, size - size / 3);
        }
        Assert.Equal(bytes, File.ReadAllBytes(path));
        using SourceFile source = SourceFile.Read(path);
        Assert.Equal(size, source.Length);
        Assert.True(source.Bytes.SequenceEqual(bytes));
    }

    [Fact]
    public void WhatCannotBeOpenedSaysWhy()
    {
        Assert.Throws<FileNotFoundException>(() => SourceFile.Read(Path.Combine(folder, "missing.mlir")));
        Assert.Throws<UnauthorizedAccessException>(() => SourceFile.Read(folder));
        Assert.Throws<UnauthorizedAccessException>(() => OutputFile.Create(folder));
        Assert.Throws<DirectoryNotFoundException>(() => OutputFile.Create(Path.Combine(folder, "missing", "out.mlir")));
    }

    [Fact]
    public void FilesOfTheSystemThatHaveNoSizeAreRead()
    {
        if (!File.Exists("/proc/self/cmdline")) return;         // Linux alone has such files
        using SourceFile source = SourceFile.Read("/proc/self/cmdline");
        Assert.Equal(File.ReadAllBytes("/proc/self/cmdline"), source.Bytes.ToArray());
        Assert.NotEqual(0, source.Length);
    }

    [Fact]
    public void AFullDeviceIsAnError()
    {
        if (!File.Exists("/dev/full")) return;
        using Stream output = OutputFile.Create("/dev/full");
        IOException e = Assert.Throws<IOException>(() => output.Write(Encoding.UTF8.GetBytes("module {}")));
        Assert.Contains("No space left", e.Message);
    }
}
