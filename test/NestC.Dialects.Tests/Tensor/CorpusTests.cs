using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;
using NestC.TestKit;
using Xunit;

namespace NestC.Dialects.Tests.Tensor;

/// <summary>What mlir-opt 19 prints of tensors is read, and printed as it is.</summary>
public sealed class CorpusTests
{
    private static readonly HashSet<string> s_known = ["builtin", "func", "arith", "cf", "tensor"];

    [DataFact("mlir/index-generic.tsv")]
    public void GenericFormIsAFixpoint() => PrintTheSame(
        from row in Rows("generic")
        where row["kind"] == "generic" && row["dialects"].Split(',').Contains("tensor")
        select ($"generic/{row["id"]}.mlir", $"generic/{row["id"]}.mlir", new PrintOptions { Generic = true }), 100);

    [DataFact("mlir/index-pretty.tsv")]
    public void CustomFormPrintsTheSame() => PrintTheSame(
        from row in Rows("pretty")
        let dialects = row["dialects"].Split(',')
        where dialects.Contains("tensor") && dialects.All(s_known.Contains)
        select ($"pretty/{row["id"]}.mlir", $"pretty/{row["id"]}.out", new PrintOptions()), 5);

    private static List<Dictionary<string, string>> Rows(string index)
    {
        string[] lines = File.ReadAllLines(TestData.PathOf($"mlir/index-{index}.tsv")), columns = lines[0].Split('\t');
        return [.. from line in lines.Skip(1) where line.Length > 0 select columns.Zip(line.Split('\t')).ToDictionary(static p => p.First, static p => p.Second)];
    }

    private static void PrintTheSame(IEnumerable<(string Input, string Expected, PrintOptions Form)> cases, int least)
    {
        StringBuilder wrong = new();
        int count = 0;
        foreach ((string input, string expected, PrintOptions form) in cases)
        {
            count++;
            NestContext context = LitFileTests.NewContext();
            string error = "";
            using IDisposable handler = context.Diagnostics.PushHandler(d => error = d.Severity == Severity.Error && error.Length == 0 ? d.Message : error);
            Operation? module = AsmParser.Parse(context, SourceFile.FromBytes(input, File.ReadAllBytes(TestData.PathOf("mlir/" + input))));
            if (module is null || !Verifier.Verify(module))
            {
                wrong.AppendLine($"{input}: {error}");
                continue;
            }
            Utf8Writer writer = new();
            AsmPrinter.Print(module, writer, form);
            if (!writer.Written.SequenceEqual(File.ReadAllBytes(TestData.PathOf("mlir/" + expected)))) wrong.AppendLine($"{input}: prints something else");
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
        Assert.True(count >= least, $"{count} files");
    }
}
