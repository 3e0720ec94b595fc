using System.Diagnostics;
using System.Text;
using NestC.Core.Tests.Corpus;
using NestC.Syntax;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Core.Tests.Fuzz;

/// <summary>
/// Mutated inputs raise no exception, end soon, take little memory; what is accepted prints, and what is printed is read and prints
/// the same. 2,000 inputs; 100,000 under NEST_FULL=1, NEST_FUZZ_COUNT sets any other number and NEST_FUZZ_SEED the first one.
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    private const int LargestSeed = 6000, MaxReports = 10;
    private const long MaxBytes = 512L << 20;
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(5), s_hang = TimeSpan.FromSeconds(60);

    private volatile int current;
    private long started;

    [Fact]
    public void MutatedInputsAreHandled()
    {
        int first = Number("NEST_FUZZ_SEED", 0), count = Number("NEST_FUZZ_COUNT", CorpusFiles.Full ? 100_000 : 2_000);
        Mutator mutator = new(Seeds());
        StringBuilder wrong = new();
        int failed = 0, accepted = 0;
        Thread worker = new(() =>
        {
            for (int i = first; i < first + count; i++)
            {
                current = i;
                Volatile.Write(ref started, Stopwatch.GetTimestamp());
                byte[] text = mutator.Make((ulong)i);
                string? fault = Judge(text, ref accepted);
                if (fault is null) continue;
                if (++failed <= MaxReports) wrong.AppendLine($"input {i}: {fault}\n{Encoding.Latin1.GetString(text, 0, Math.Min(text.Length, 1500))}\n=====");
            }
        });
        worker.IsBackground = true;
        Volatile.Write(ref started, Stopwatch.GetTimestamp());
        worker.Start();
        while (!worker.Join(500))
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref started)) > s_hang)
                Assert.Fail($"input {current} does not come to an end:\n{Encoding.Latin1.GetString(mutator.Make((ulong)current))}");
        }
        output.WriteLine($"{count} inputs, {accepted} accepted");
        Assert.True(failed == 0, $"{failed} of {count}\n{wrong}");
        Assert.InRange(accepted, count / 100, count);
    }

    // A busy machine makes an input slow once, not three times.
    private static string? Judge(byte[] text, ref int accepted)
    {
        for (int attempt = 0; ; attempt++)
        {
            long start = Stopwatch.GetTimestamp(), before = GC.GetAllocatedBytesForCurrentThread();
            string? fault;
            bool ok = false;
            try
            {
                fault = Check(text, out ok);
            }
            catch (Exception e)
            {
                fault = e.ToString();
            }
            if (fault is null && GC.GetAllocatedBytesForCurrentThread() - before > MaxBytes) fault = "takes too much memory";
            if (fault is null && Stopwatch.GetElapsedTime(start) > s_slow)
            {
                if (attempt < 2) continue;
                fault = "takes too long";
            }
            if (ok) accepted++;
            return fault;
        }
    }

    private static string? Check(byte[] text, out bool accepted)
    {
        using SourceFile source = SourceFile.FromBytes("<fuzz>", text);
        Ir ir = Ir.Read(source);
        accepted = ir.Accepted;
        if (!accepted) return ir.Errors.Count == 0 ? "rejected without an error" : null;
        if (IsNoFixpoint(text)) return null;
        byte[] generic = ir.Print(Ir.DebugInfo);
        return Again(ir.Print(Ir.Pretty with { DebugInfo = true }), generic, "custom") ?? Again(generic, generic, "generic");
    }

    private static string? Again(byte[] printed, byte[] generic, string form)
    {
        using SourceFile source = SourceFile.FromBytes("<printed>", printed);
        Ir again = Ir.Read(source);
        if (!again.Accepted) return $"the {form} form is rejected: {again.FirstError}\n{Encoding.Latin1.GetString(printed, 0, Math.Min(printed.Length, 1500))}";
        byte[] second = again.Print(Ir.DebugInfo);
        return second.AsSpan().SequenceEqual(generic) ? null
            : $"the {form} form is read as something else: {Snapshot.Difference(Encoding.Latin1.GetString(generic), Encoding.Latin1.GetString(second))}";
    }

    // mlir-opt prints these so that it does not read them back itself, and we print what it prints.
    private static bool IsNoFixpoint(ReadOnlySpan<byte> text) => text.IndexOf("sparse<"u8) >= 0 || text.IndexOf("f80"u8) >= 0 || text.IndexOf("f128"u8) >= 0;

    private static List<byte[]> Seeds()
    {
        List<byte[]> seeds = [];
        foreach (string file in Directory.GetFiles(Path.Combine(TestData.Checkout, "test", "NestC.Core.Tests", "Fuzz", "Seeds"), "*.mlir").Order(StringComparer.Ordinal))
            seeds.Add(File.ReadAllBytes(file));
        Assert.NotEmpty(seeds);
        if (TestData.Find("mlir/generic") is null) return seeds;
        foreach (string path in CorpusFiles.Inputs())
        {
            byte[] text = CorpusFiles.Bytes(path);
            if (text.Length <= LargestSeed) seeds.Add(text);
        }
        return seeds;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int number) ? number : otherwise;
}
