using System.Diagnostics;
using System.Text;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Core.Tests.Corpus;

/// <summary>What is printed here, the real mlir-opt 19 reads, and prints the same. A part of the corpus; all of it under NEST_FULL=1.</summary>
public class PeerTests(ITestOutputHelper output)
{
    // One process reads many inputs, split where this line stands.
    private const string Marker = "// -----\n";
    private const int Batch = 100, Every = 12;

    [MlirOptFact]
    public void GenericFormIsReadAndPrintedTheSame() => Same(
        GenericFiles(), static ir => (ir.Print(Ir.Generic), ir.Print(Ir.Generic)), "--mlir-print-op-generic");

    [MlirOptFact]
    public void DebugInfoIsReadAndPrintedTheSame() => Same(
        from row in CorpusFiles.Index("generic") where row["kind"] != "generic" select $"generic-debuginfo/{row["id"]}.mlir",
        static ir => (ir.Print(Ir.DebugInfo), ir.Print(Ir.DebugInfo)), "--mlir-print-op-generic", "--mlir-print-debuginfo");

    /// <summary>Other dialects stay generic here and not there, so both are compared in generic form.</summary>
    [MlirOptFact]
    public void CustomFormIsReadAsTheSame() => Same(
        GenericFiles(), static ir => (ir.Print(Ir.Pretty), ir.Print(Ir.Generic)), "--mlir-print-op-generic");

    [MlirOptFact]
    public void CustomFormIsPrintedTheSame() => Same(
        from row in CorpusFiles.Index("pretty") where CorpusFiles.HasOnlySharedDialects(row) select $"pretty/{row["id"]}.mlir",
        static ir => (ir.Print(Ir.Pretty), ir.Print(Ir.Pretty)));

    private static IEnumerable<string> GenericFiles() =>
        from row in CorpusFiles.Index("generic") where row["kind"] == "generic" select $"generic/{row["id"]}.mlir";

    private void Same(IEnumerable<string> files, Func<Ir, (byte[] Given, byte[] Expected)> print, params string[] flags)
    {
        StringBuilder wrong = new();
        int count = 0, failed = 0;
        foreach (string[] batch in CorpusFiles.Sample(files, Every).Chunk(Batch))
        {
            List<string> given = [], expected = [];
            foreach (string file in batch)
            {
                (byte[] g, byte[] e) = print(Ir.Read(CorpusFiles.Bytes(file)));
                given.Add(Encoding.Latin1.GetString(g));
                expected.Add(Encoding.Latin1.GetString(e));
            }
            (string text, string errors) = MlirOpt(string.Join(Marker, given), flags);
            string[] got = ("\n" + text).Split("\n" + Marker);
            Assert.True(got.Length == batch.Length, $"{got.Length} parts for {batch.Length}\n{errors}");
            for (int i = 0; i < got.Length; i++)
            {
                count++;
                // What stands before a marker has lost its last line break to it, and the first part has one too many.
                string part = i == 0 ? got[i][1..] : got[i];
                if (part.TrimEnd('\n') == expected[i].TrimEnd('\n')) continue;
                if (++failed <= 10) wrong.AppendLine($"{batch[i]}: {(part.Length == 0 ? "rejected" : Snapshot.Difference(expected[i], part))}");
                if (failed == 1) wrong.AppendLine(errors[..Math.Min(2000, errors.Length)]);
            }
        }
        output.WriteLine($"{count - failed} of {count}");
        Assert.True(count > 0);
        Assert.True(failed == 0, $"{failed} of {count} differ\n{wrong}");
    }

    private static (string Output, string Errors) MlirOpt(string input, string[] flags)
    {
        ProcessStartInfo start = new(MlirOptFactAttribute.Program!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Encoding.Latin1,
            StandardOutputEncoding = Encoding.Latin1,
        };
        foreach (string flag in (string[])[.. flags, "--allow-unregistered-dialect", "--split-input-file", "--mlir-disable-threading", "-"]) start.ArgumentList.Add(flag);
        using Process process = Process.Start(start)!;
        Task<string> text = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (text.Result, errors.Result);
    }
}

/// <summary>A test that needs mlir-opt 19 and the corpus.</summary>
public sealed class MlirOptFactAttribute : FactAttribute
{
    public static readonly string? Program = Peer.Find("mlir-opt-19") ?? Peer.Find("mlir-opt");

    public MlirOptFactAttribute() => Skip =
        Program is null ? "needs mlir-opt-19 or mlir-opt in PATH"
        : TestData.Find("mlir/index-generic.tsv") is null ? $"needs the MLIR corpus (set {TestData.Variable}, or place it in ../shared/data)" : null;
}
