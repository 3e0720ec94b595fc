using System.Text;
using NestC.Syntax;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Core.Tests.Corpus;

/// <summary>What mlir-opt 19 prints is read and printed as it is; what it rejects is rejected, at its place. Whole in a few seconds.</summary>
public class CorpusTests(ITestOutputHelper output)
{
    [DataFact("mlir/index-generic.tsv")]
    public void GenericFormIsAFixpoint() => PrintTheSame(
        from row in CorpusFiles.Index("generic")
        where row["kind"] == "generic"
        select ($"generic/{row["id"]}.mlir", $"generic/{row["id"]}.mlir", Ir.Generic));

    [DataFact("mlir/index-generic.tsv")]
    public void DebugInfoIsAFixpoint() => PrintTheSame(
        from row in CorpusFiles.Index("generic")
        where row["kind"] != "generic"
        select ($"generic-debuginfo/{row["id"]}.mlir", $"generic-debuginfo/{row["id"]}.mlir", Ir.DebugInfo));

    [DataFact("mlir/index-generic.tsv")]
    public void OtherSpellingsPrintTheSame() => PrintTheSame(
        from row in CorpusFiles.Index("generic")
        where row["kind"] == "generic" && row["source"] is "synthetic" or "handcrafted"
        select ($"synth/{row["id"]}.mlir", $"generic/{row["id"]}.mlir", Ir.Generic));

    [DataFact("mlir/index-pretty.tsv")]
    public void CustomFormPrintsTheSame() => PrintTheSame(
        from row in CorpusFiles.Index("pretty")
        where CorpusFiles.HasOnlySharedDialects(row)
        select ($"pretty/{row["id"]}.mlir", $"pretty/{row["id"]}.out", Ir.Pretty));

    [DataFact("mlir/index-pretty.tsv")]
    public void CustomFormPrintsTheSameInGenericForm() => PrintTheSame(
        from row in CorpusFiles.Index("pretty")
        where CorpusFiles.HasOnlySharedDialects(row)
        let generic = row["generic"].Contains('/') ? row["generic"] : $"generic/{row["generic"]}.mlir"
        select ($"pretty/{row["id"]}.mlir", generic, Ir.Generic));

    [DataFact("mlir/index-invalid.tsv")]
    public void InvalidTextIsRejectedAtItsPlace() =>
        Reject(CorpusFiles.Index("invalid").Where(static r => r["kind"] == "invalid" && r["generic_only"] == "1" && r["dialect_specific"] == "0"));

    [DataFact("mlir/index-invalid.tsv")]
    public void InvalidIrIsRejectedAtItsPlace() =>
        Reject(CorpusFiles.Index("invalid").Where(static r => r["kind"] == "invalid-verify" && r["structural"] == "1"));

    /// <summary>No file of any kind may raise an exception, and what is rejected is rejected with an error.</summary>
    [DataFact("mlir/index-generic.tsv")]
    public void NoFileIsTooMuch()
    {
        StringBuilder wrong = new();
        foreach (string path in CorpusFiles.Inputs())
        {
            try
            {
                Ir ir = Ir.Read(CorpusFiles.Bytes(path));
                if (!ir.Accepted && ir.Errors.Count == 0) wrong.AppendLine($"{path}: rejected without an error");
            }
            catch (Exception e)
            {
                wrong.AppendLine($"{path}: {e}");
            }
        }
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    private void PrintTheSame(IEnumerable<(string Input, string Expected, PrintOptions Form)> cases)
    {
        StringBuilder wrong = new();
        int count = 0, failed = 0;
        foreach ((string input, string expected, PrintOptions form) in cases)
        {
            count++;
            Ir ir = Ir.Read(CorpusFiles.Bytes(input));
            byte[] wanted = CorpusFiles.Bytes(expected);
            byte[] got = ir.Accepted ? ir.Print(form) : [];
            if (ir.Accepted && got.AsSpan().SequenceEqual(wanted)) continue;
            if (++failed > 20) continue;
            wrong.AppendLine($"{input}: {(ir.Accepted ? Snapshot.Difference(Encoding.UTF8.GetString(wanted), Encoding.UTF8.GetString(got)) : ir.FirstError)}");
        }
        output.WriteLine($"{count - failed} of {count}");
        Assert.True(count > 0);
        Assert.True(failed == 0, $"{failed} of {count} differ\n{wrong}");
    }

    private void Reject(IEnumerable<Dictionary<string, string>> rows)
    {
        StringBuilder accepted = new(), elsewhere = new();
        int count = 0, rejected = 0, line = 0, column = 0;
        foreach (Dictionary<string, string> row in rows)
        {
            string path = $"{row["kind"]}/{row["id"]}.mlir";
            if (OpenCases.Has(path)) continue;
            count++;
            Ir ir = Ir.Read(CorpusFiles.Bytes(path));
            if (ir.Accepted || ir.Errors.Count == 0)
            {
                accepted.AppendLine($"{path}: {row["message"]}");
                continue;
            }
            rejected++;
            bool sameLine = ir.Place.Line.ToString() == row["line"], sameColumn = sameLine && ir.Place.Column.ToString() == row["col"];
            if (sameLine) line++;
            if (sameColumn) column++;
            if (!sameColumn) elsewhere.AppendLine($"{path}: {ir.FirstError}, not {row["line"]}:{row["col"]}: {row["message"]}");
        }
        output.WriteLine($"{rejected} of {count} rejected, {line} at the line, {column} at the column\n{elsewhere}");
        Assert.True(count > 0);
        Assert.True(accepted.Length == 0, $"accepted:\n{accepted}");
        Assert.True(line >= 0.97 * count, $"{line} of {count} at the line\n{elsewhere}");
        Assert.True(column >= 0.90 * count, $"{column} of {count} at the column\n{elsewhere}");
    }
}
