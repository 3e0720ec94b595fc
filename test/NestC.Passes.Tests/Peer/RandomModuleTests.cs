using System.Diagnostics;
using System.Text.RegularExpressions;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Passes.Tests.Peer;

/// <summary>Passes of nest-opt and mlir-opt 19 on seeded modules print the same. `test/NestC.Bench/compare_passes.py` does so on as many as one likes.</summary>
public sealed partial class RandomModuleTests(ITestOutputHelper output)
{
    private const string Marker = "// -----\n";

    // The modules of a run of mlir-opt: where one makes it crash, none of them count.
    private const int Chunk = 6;

    private static readonly int modules = Environment.GetEnvironmentVariable("NEST_FULL") == "1" ? 300 : 24;

    // A constant of a shape that is not known, which mlir-opt writes and does not read.
    [GeneratedRegex(@"arith\.constant dense<.*> : tensor<\?")]
    private static partial Regex InvalidConstant();

    [PeerFact("mlir-opt-19")]
    public void PassesPrintWhatThePeerPrints()
    {
        if (TestKit.Peer.Find("python3") is null)
        {
            output.WriteLine("skipped: the modules are made by python3");
            return;
        }
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "modules.mlir");
        Run("python3", Path.Combine(TestData.Checkout, "test", "NestC.Bench", "compare_passes.py"), "--emit", file, "--seeds", $"0:{modules}");
        string[] texts = File.ReadAllText(file).Split(Marker);
        Assert.Equal(modules, texts.Length);
        string[][] pipelines =
        [
            ["--canonicalize"], ["--cse"], ["--sccp"], ["--symbol-dce"], ["--inline"], ["--topological-sort"],
            ["--sccp", "--canonicalize", "--symbol-dce"],
            ["--pass-pipeline=builtin.module(func.func(cse,canonicalize{region-simplify=aggressive}),inline,symbol-dce)"],
        ];
        int compared = 0;
        foreach (string[] pipeline in pipelines)
            for (int at = 0; at < texts.Length; at += Chunk) compared += Compare(pipeline, texts[at..Math.Min(texts.Length, at + Chunk)], file, at);
        output.WriteLine($"{compared} outputs compared");
        Assert.InRange(compared, pipelines.Length * modules / 2, pipelines.Length * modules);
    }

    private static int Compare(string[] pipeline, string[] texts, string file, int first)
    {
        string input = string.Join(Marker, texts);
        File.WriteAllText(file, input);
        string[] arguments = [.. pipeline, "--allow-unregistered-dialect", "--split-input-file"];
        string[] theirs = Run("mlir-opt-19", [.. arguments, file]).Split(Marker);
        if (theirs.Length != texts.Length) return 0;
        string[] ours = Ir.Opt(input, arguments).Output.Split(Marker);
        Assert.Equal(theirs.Length, ours.Length);
        int compared = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(theirs[i]) || InvalidConstant().IsMatch(theirs[i])) continue;
            Assert.True(theirs[i] == ours[i], $"{string.Join(' ', pipeline)} on the module of seed {first + i} prints something else:\n{ours[i]}\nthan mlir-opt:\n{theirs[i]}");
            compared++;
        }
        return compared;
    }

    // What the program writes; nothing when it does not end within half a minute.
    private static string Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        Task<string> text = process.StandardOutput.ReadToEndAsync();
        if (process.WaitForExit(30_000)) return text.Result;
        process.Kill();
        return "";
    }
}
