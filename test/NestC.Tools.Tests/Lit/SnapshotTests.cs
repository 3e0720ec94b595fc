using NestC.TestKit;
using Xunit;
using Xunit.Sdk;

namespace NestC.Tools.Tests.Lit;

public sealed class SnapshotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Stem => Path.Combine(_folder.Path, "X");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing_snapshot_fails_and_writes_the_received_text()
    {
        var e = Assert.Throws<XunitException>(() => Snapshot.Match("a\nb", Stem, accept: false));
        Assert.Contains("does not exist", e.Message);
        Assert.Equal("a\nb\n", File.ReadAllText(Stem + ".received.txt"));
        Assert.False(File.Exists(Stem + ".verified.txt"));
    }

    [Fact]
    public void Difference_names_the_first_line()
    {
        _folder.Write("X.verified.txt", "a\nb\nc\nd\n");
        var e = Assert.Throws<XunitException>(() => Snapshot.Match("a\nb\nX\nd\n", Stem, accept: false));
        Assert.Contains("First difference at line 3:\n    a\n    b\n  - c\n", e.Message);
        Assert.Contains("  + X\n", e.Message);
    }

    [Fact]
    public void Accepting_writes_the_snapshot_and_removes_the_received_text()
    {
        _folder.Write("X.received.txt", "old");
        Snapshot.Match("a\r\nb\n", Stem, accept: true);
        Assert.Equal("a\nb\n", File.ReadAllText(Stem + ".verified.txt"));
        Assert.False(File.Exists(Stem + ".received.txt"));
        Snapshot.Match("a\nb", Stem, accept: false);
    }

    [Fact]
    public void Snapshot_lies_beside_the_test() => Snapshot.Match("one\ntwo\n");
}
