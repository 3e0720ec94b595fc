using System.Text;

namespace NestC.Tools.Translate;

/// <summary>The pages of dialects that are written from their declarations alone.</summary>
public static class DialectTranslations
{
    public static Translation[] All() =>
    [
        new("loop-docs", "write docs/dialects/loop.md; reads nothing", [], static job => { job.Write(Encoding.UTF8.GetBytes(Docs.LoopPage.Markdown())); return true; }) { NeedsInput = false },
        new("tensor-docs", "write docs/dialects/tensor.md; reads nothing", [], static job => { job.Write(Encoding.UTF8.GetBytes(Docs.TensorPage.Markdown())); return true; }) { NeedsInput = false },
    ];
}
