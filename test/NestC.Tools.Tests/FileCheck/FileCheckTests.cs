using System.Diagnostics;
using System.Text;
using NestC.TestKit;
using NestC.Tools.FileCheck;
using Xunit;

namespace NestC.Tools.Tests.FileCheck;

public sealed class FileCheckTests
{
    private static readonly SortedDictionary<string, FileCheckCase> s_cases = FileCheckCase.LoadAll();

    public static TheoryData<string> Names => new(s_cases.Keys);

    private static (int ExitCode, string Error) Run(string folder, string[] options)
    {
        using var error = new MemoryStream();
        int code = FileCheckCommand.Run(["c.txt", "--input-file", "in.txt", .. options], Stream.Null, Stream.Null, error, folder);
        return (code, Encoding.Latin1.GetString(error.ToArray()));
    }

    private static string Write(FileCheckCase test, string root)
    {
        string folder = Path.Combine(root, test.Name.Replace('/', '_'));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "c.txt"), test.Check);
        File.WriteAllBytes(Path.Combine(folder, "in.txt"), test.Input);
        return folder;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Verdict_is_FileCheck_19s(string name)
    {
        using var root = new TemporaryFolder();
        FileCheckCase test = s_cases[name];
        (int code, string error) = Run(Write(test, root.Path), test.Options);
        Assert.True(test.ExitCode == code, $"expected exit code {test.ExitCode}, got {code}\n{error}");
    }

    [Fact]
    public void Corpus_is_large_and_half_of_it_fails()
    {
        Assert.True(s_cases.Count >= 160, $"only {s_cases.Count} cases");
        int failing = s_cases.Values.Count(static c => c.ExitCode != 0);
        Assert.True(failing * 2 >= s_cases.Count, $"only {failing} of {s_cases.Count} fail");
    }

    /// <summary>Verdict and the whole text on standard error, where LLVM's tool is installed.</summary>
    [PeerFact("FileCheck-19")]
    public void Installed_FileCheck_agrees()
    {
        using var root = new TemporaryFolder();
        var differences = new StringBuilder();
        foreach (FileCheckCase test in s_cases.Values)
        {
            string folder = Write(test, root.Path);
            (int code, string error) = Run(folder, test.Options);
            (int peerCode, string peerError) = RunPeer(folder, test.Options);
            if (code != peerCode || test.ExitCode != peerCode)
                differences.Append($"{test.Name}: recorded {test.ExitCode}, peer {peerCode}, ours {code}\n");
            // The name of the tool and what it says of an unknown option are its own.
            else if (code != 1 || !peerError.Contains("Unknown command line argument"))
                if (Comparable(error) != Comparable(peerError)) differences.Append($"{test.Name}: report\n{peerError}\n-- ours\n{error}\n");
        }
        Assert.True(differences.Length == 0, differences.ToString());
    }

    private static string Comparable(string error) => error.Replace("FileCheck-19", "FileCheck").TrimEnd('\n');

    private static (int ExitCode, string Error) RunPeer(string folder, string[] options)
    {
        var start = new ProcessStartInfo("FileCheck-19")
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            StandardErrorEncoding = Encoding.Latin1,
        };
        start.Environment.Remove("FILECHECK_OPTS");
        foreach (string argument in (string[])["c.txt", "--input-file", "in.txt", .. options]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        output.Wait();
        return (process.ExitCode, error);
    }

    private static FileCheckResult Check(string check, string input, Action<FileCheckOptions>? configure = null)
    {
        var options = new FileCheckOptions();
        configure?.Invoke(options);
        return FileCheckRunner.Run(options, "t.mlir", Encoding.UTF8.GetBytes(check), "<stdin>", Encoding.UTF8.GetBytes(input));
    }

    [Fact]
    public void Failure_shows_place_values_and_nearest_text()
    {
        FileCheckResult result = Check("CHECK: def [[X:%[a-z0-9]+]]\nCHECK-NEXT: use [[X]], 7\n", "def %a1\nuse %a1, 8\n");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("""
            t.mlir:2:13: error: CHECK-NEXT: expected string not found in input
            CHECK-NEXT: use [[X]], 7
                        ^
            <stdin>:1:8: note: scanning from here
            def %a1
                   ^
            <stdin>:1:8: note: with "X" equal to "%a1"
            def %a1
                   ^
            <stdin>:2:1: note: possible intended match here
            use %a1, 8
            ^

            Input file: <stdin>
            Check file: t.mlir

            -dump-input=help explains the following input dump.

            Input was:
            <<<<<<
                      1: def %a1 
            next:2'0            X error: no match found
            next:2'1              with "X" equal to "%a1"
                      2: use %a1, 8 
            next:2'0     ~~~~~~~~~~~
            next:2'2     ?           possible intended match
            >>>>>>

            """, Encoding.UTF8.GetString(result.Report));
    }

    [Fact]
    public void Environment_options_come_before_the_arguments()
    {
        using var root = new TemporaryFolder();
        File.WriteAllText(Path.Combine(root.Path, "c.txt"), "FOO: a\nBAR: b c\n");
        using var input = new MemoryStream("a\nb  c\n"u8.ToArray());
        using var error = new MemoryStream();
        int code = FileCheckCommand.Run(["c.txt", "--check-prefix=BAR"], input, Stream.Null, error, root.Path, "'--check-prefix=FOO' -v --dump-input=always");
        Assert.Equal(0, code);
        Assert.Contains("check:2     ^~~", Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary>Work that grew with the square of the text would not end here in any reasonable time.</summary>
    [Fact]
    public void Long_inputs_stay_linear()
    {
        var check = new StringBuilder("CHECK: start\n");
        var input = new StringBuilder("start\n");
        for (int i = 0; i < 20_000; i++)
        {
            check.Append($"CHECK-NEXT: %[[V{i}:[a-z0-9]+]] = \"op\"(%[[V{Math.Max(i - 1, 0)}]]) {{{{.*}}}} : i32\n".Replace("(%[[V0]]) ", i == 0 ? "(%a) " : "(%[[V0]]) "));
            input.Append($"%x{i} = \"op\"(%{(i == 0 ? "a" : "x" + (i - 1))}) {{a = {i}}} : i32\n");
        }
        Assert.Equal(0, Check(check.ToString(), input.ToString()).ExitCode);
        string line = new('a', 200_000);
        Assert.Equal(1, Check("CHECK: {{(a|aa)*b}}\n", line + "\n", static o => o.DumpInput = DumpInput.Never).ExitCode);
        Assert.Equal(0, Check("CHECK: [[X:a.*a]]{{a*}}[[Y:a+]]c\nCHECK-NEXT: {{^}}[[Y]]{{$}}\n", line + "c\na\n").ExitCode);
    }
}
