using System.Text;
using NestC.Tools.Lit;

namespace NestC.Tools.FileCheck;

/// <summary>The command `nest-check`: FileCheck, and the lint and the update of tests.</summary>
public static class NestCheckCommand
{
    /// <summary>Runs the command; `--update` finds the tools of RUN lines in <paramref name="host"/>, or among the programs of this machine.</summary>
    public static int Run(string[] args, Stream stdin, Stream stdout, Stream stderr, string workingDirectory, IToolHost? host = null)
    {
        if (args.Length == 0 || args[0] is not ("--lint" or "--update"))
            return FileCheckCommand.Run(args, stdin, stdout, stderr, workingDirectory, ToolEnvironment.Get("FILECHECK_OPTS"), "nest-check");
        if (args.Length == 1)
        {
            Print(stderr, $"nest-check: error: {args[0]} needs the name of a test\n");
            return 2;
        }
        bool lint = args[0] == "--lint";
        int code = 0;
        for (int i = 1; i < args.Length; i++)
        {
            string path = Path.Combine(workingDirectory, args[i]);
            if (!Path.Exists(path))
            {
                Print(stderr, $"nest-check: error: no such file or folder: '{args[i]}'\n");
                return 2;
            }
            foreach (string file in Tests(path))
            {
                string name = file == path ? args[i] : Path.Combine(args[i], Path.GetRelativePath(path, file));
                code = Math.Max(code, lint ? Lint(file, name, stdout) : Update(file, name, host ?? ToolRegistry.CreateDefault(), stdout, stderr));
            }
        }
        return code;
    }

    // A test, or those that lit finds in a folder, in order.
    private static List<string> Tests(string path)
    {
        if (File.Exists(path)) return [path];
        string temporary = Directory.CreateTempSubdirectory("nest-check-").FullName;
        try
        {
            List<string> files = [];
            foreach (LitTest test in LitTest.Discover(LitConfig.Load(path, temporary), path)) files.Add(test.Path);
            return files;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static int Lint(string path, string name, Stream stdout)
    {
        List<LintFinding> findings = CheckLint.Run(File.ReadAllText(path));
        foreach (LintFinding finding in findings) Print(stdout, $"{name}:{finding.Line}: warning: {finding.Message} [{finding.Rule}]\n");
        return findings.Count > 0 ? 1 : 0;
    }

    private static int Update(string path, string name, IToolHost host, Stream stdout, Stream stderr)
    {
        string temporary = Directory.CreateTempSubdirectory("nest-check-").FullName;
        try
        {
            LitConfig config = LitConfig.Load(path, temporary);
            string before = File.ReadAllText(path), after = CheckUpdater.Update(LitTest.Discover(config, path)[0], host);
            if (before == after) return 0;
            File.WriteAllText(path, after);
            Print(stdout, $"{name}: updated\n");
            return 0;
        }
        catch (FormatException e)
        {
            Print(stderr, $"{name}: error: {e.Message}\n");
            return 1;
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static void Print(Stream stream, string text)
    {
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush();
    }
}
