using System.Text;
using NestC.Tools.Docs;
using NestC.Tools.Lit;
using NestC.Tools.Run;
using NestC.Tools.Translate;
using Xunit;

namespace NestC.Tools.Tests.Npu;

/// <summary>The lit tests of the npu dialect and its tools, run in this process, and its page.</summary>
public sealed class NpuToolTests
{
    [Theory]
    [InlineData("Dialects/npu")]
    [InlineData("Tools/nest-translate/npu-to-vta.mlir")]
    [InlineData("Tools/nest-run/npu.mlir")]
    public void The_lit_tests_pass(string path)
    {
        ToolRegistry tools = ToolRegistry.CreateDefault();
        tools.Add("nest-opt", static (args, stdin, stdout, stderr, _) => new OptTool(Registry.RegisterDialects).Run(args, stdin, stdout, stderr));
        tools.Add("nest-translate", static (args, stdin, stdout, stderr, _) =>
            new TranslationTool(Registry.RegisterDialects, [.. NpuTranslations.All()]).Run(args, stdin, stdout, stderr));
        tools.Add("nest-run", static (args, stdin, stdout, stderr, _) => RunTargets.Run(args, RunTargets.All(), stdin, stdout, stderr));
        using var output = new StringWriter();
        int exit = LitCommand.Run(["-v", Path.Combine(Root(), "lit-tests", path)], tools, output, output, Root());
        Assert.True(exit == 0, output.ToString());
    }

    [Fact]
    public void The_page_of_the_dialect_is_up_to_date()
    {
        string file = Path.Combine(Root(), "docs", "dialects", "npu.md");
        Assert.True(File.Exists(file), "docs/dialects/npu.md is missing: nest-translate --npu-docs -o docs/dialects/npu.md");
        Assert.Equal(NpuPage.Markdown(), File.ReadAllText(file, Encoding.UTF8).ReplaceLineEndings("\n"));
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NestC.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException("the tests do not run inside of a checkout");
    }
}
