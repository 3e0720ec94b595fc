using System.Text;
using NestC.Tools.Docs;
using Xunit;

namespace NestC.Tools.Tests.Docs;

/// <summary>The pages of dialects say what the declarations say.</summary>
public sealed class DialectPageTests
{
    [Fact]
    public void The_page_of_loop_is_up_to_date() => Compare("loop", LoopPage.Markdown());

    [Fact]
    public void The_page_of_tensor_is_up_to_date() => Compare("tensor", TensorPage.Markdown());

    private static void Compare(string dialect, string page)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NestC.sln"))) folder = folder.Parent;
        string file = Path.Combine(folder!.FullName, "docs", "dialects", dialect + ".md");
        Assert.True(File.Exists(file), $"docs/dialects/{dialect}.md is missing: nest-translate --{dialect}-docs -o docs/dialects/{dialect}.md");
        Assert.Equal(page, File.ReadAllText(file, Encoding.UTF8).ReplaceLineEndings("\n"));
    }
}
