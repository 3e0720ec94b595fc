using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace NestC.Tools.Lit;

/// <summary>Runs parsed RUN lines: tools of the host and builtins inside this process, anything else as a process.</summary>
internal sealed class Shell(IToolHost host, string workingDirectory)
{
    /// <summary>Exit code that stands for a crash: 128 plus SIGABRT.</summary>
    private const int Crashed = 134;
    private const int NotFound = 127;

    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal);
    private readonly Lock _processLock = new();
    private Process? _process;
    private bool _cancelled;

    public string WorkingDirectory { get; set; } = workingDirectory;

    /// <summary>Standard output that no command consumed.</summary>
    public MemoryStream Output { get; } = new();

    /// <summary>Standard error of every command.</summary>
    public MemoryStream Error { get; } = new();

    /// <summary>Ends the process that is running and lets no other start.</summary>
    public void Cancel()
    {
        lock (_processLock)
        {
            _cancelled = true;
            if (_process == null) return;
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception)
            {
                // It ended by itself.
            }
        }
    }

    /// <summary>Runs a list of pipelines and returns the exit code of the last one that ran.</summary>
    public int Run(List<ShellPipeline> list)
    {
        int code = 0;
        foreach (ShellPipeline pipeline in list)
        {
            if (pipeline.Joint == "&&" && code != 0 || pipeline.Joint == "||" && code == 0) continue;
            code = Run(pipeline);
        }
        return code;
    }

    private int Run(ShellPipeline pipeline)
    {
        int code = 0;
        Stream input = Stream.Null;
        for (int i = 0; i < pipeline.Commands.Count; i++)
        {
            bool last = i + 1 == pipeline.Commands.Count;
            MemoryStream? pipe = last ? null : new MemoryStream();
            int result = Run(pipeline.Commands[i], input, (Stream?)pipe ?? Output);
            // A failure anywhere in a pipeline is a failure of the whole.
            if (result != 0) code = result;
            if (pipe == null) continue;
            pipe.Position = 0;
            input = pipe;
        }
        return pipeline.Negated ? (code == 0 ? 1 : 0) : code;
    }

    private int Run(ShellCommand command, Stream input, Stream output)
    {
        Stream error = Error;
        var opened = new List<Stream>();
        try
        {
            foreach (Redirect redirect in command.Redirects)
            {
                switch (redirect.Kind)
                {
                    case RedirectKind.ErrorToOutput: error = output; break;
                    case RedirectKind.OutputToError: output = error; break;
                    case RedirectKind.Input: input = Open(redirect, opened); break;
                    case RedirectKind.Output or RedirectKind.Append: output = Open(redirect, opened); break;
                    case RedirectKind.Error or RedirectKind.ErrorAppend: error = Open(redirect, opened); break;
                    default: error = output = Open(redirect, opened); break;
                }
            }
            return Dispatch(command, input, output, error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteLine(Error, $"{command.Words[0]}: {e.Message}");
            return 1;
        }
        finally
        {
            foreach (Stream stream in opened) stream.Dispose();
        }
    }

    private Stream Open(Redirect redirect, List<Stream> opened)
    {
        if (redirect.Target == "/dev/null") return Stream.Null;
        string path = Path.Combine(WorkingDirectory, redirect.Target);
        FileMode mode = redirect.Kind switch
        {
            RedirectKind.Input => FileMode.Open,
            RedirectKind.Append or RedirectKind.ErrorAppend or RedirectKind.BothAppend => FileMode.Append,
            _ => FileMode.Create,
        };
        var stream = new FileStream(path, mode, mode == FileMode.Open ? FileAccess.Read : FileAccess.Write, FileShare.ReadWrite);
        opened.Add(stream);
        return stream;
    }

    private int Dispatch(ShellCommand command, Stream input, Stream output, Stream error)
    {
        List<string> words = ExpandPatterns(command);
        var environment = new Dictionary<string, string?>(_environment, StringComparer.Ordinal);
        int start = 0, inversions = 0;
        bool expectCrash = false;
        // `env` and `not` wrap the command that follows and may be nested.
        while (start < words.Count)
        {
            if (words[start] == "env")
            {
                int next = start + 1;
                while (next < words.Count)
                {
                    int equals = words[next].IndexOf('=');
                    if (words[next] == "-u" && next + 1 < words.Count)
                    {
                        environment[words[next + 1]] = null;
                        next += 2;
                    }
                    else if (equals > 0)
                    {
                        environment[words[next][..equals]] = words[next][(equals + 1)..];
                        next++;
                    }
                    else break;
                }
                if (next == words.Count) return ShellBuiltins.PrintEnvironment(environment, output);
                start = next;
            }
            else if (words[start] == "not" && start + 1 < words.Count)
            {
                inversions++;
                start++;
                if (words[start] != "--crash") continue;
                expectCrash = true;
                start++;
            }
            else break;
        }
        if (start == words.Count) return 0;
        string[] args = words.GetRange(start + 1, words.Count - start - 1).ToArray();
        int code = Execute(words[start], args, input, output, error, environment);
        if (inversions == 0) return code;
        bool crashed = code < 0 || code >= 128;
        if (expectCrash) return crashed ? 0 : 1;
        if (crashed) return 1;
        return inversions % 2 == 0 ? code : code == 0 ? 1 : 0;
    }

    private List<string> ExpandPatterns(ShellCommand command)
    {
        var words = new List<string>();
        for (int i = 0; i < command.Words.Count; i++)
        {
            string word = command.Words[i];
            if (i == 0 || command.Quoted[i] || word.IndexOfAny(['*', '?']) < 0)
            {
                words.Add(word);
                continue;
            }
            string folder = Path.GetDirectoryName(word) ?? "";
            string full = Path.Combine(WorkingDirectory, folder);
            string[] found = Directory.Exists(full) ? Directory.GetFileSystemEntries(full, Path.GetFileName(word)) : [];
            Array.Sort(found, StringComparer.Ordinal);
            foreach (string entry in found) words.Add(Path.Combine(folder, Path.GetFileName(entry)));
            if (found.Length == 0) words.Add(word);
        }
        return words;
    }

    private int Execute(
        string name, string[] args, Stream input, Stream output, Stream error, Dictionary<string, string?> environment)
    {
        if (name == "cd" && args.Length == 1)
        {
            string folder = Path.GetFullPath(Path.Combine(WorkingDirectory, args[0]));
            if (!Directory.Exists(folder)) return Fail(error, $"cd: no such folder: {args[0]}");
            WorkingDirectory = folder;
            return 0;
        }
        if (name == "export" && args.Length == 1 && args[0].IndexOf('=') is > 0 and int equals)
        {
            _environment[args[0][..equals]] = args[0][(equals + 1)..];
            return 0;
        }
        ToolEntry? tool = host.Find(name) ?? ShellBuiltins.Find(name);
        return tool != null
            ? RunInside(tool, name, args, input, output, error, environment)
            : RunProcess(name, args, input, output, error, environment);
    }

    private int RunInside(ToolEntry tool, string name, string[] args, Stream input, Stream output, Stream error, Dictionary<string, string?> environment)
    {
        ToolEnvironment.Set(environment.Count > 0 ? environment : null);
        try
        {
            return tool(args, input, output, error, WorkingDirectory);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A tool must not throw: here that is what a signal is for a process.
            WriteLine(error, $"{name} crashed: {e}");
            return Crashed;
        }
        finally
        {
            ToolEnvironment.Set(null);
        }
    }

    private int RunProcess(string name, string[] args, Stream input, Stream output, Stream error, Dictionary<string, string?> environment)
    {
        string program = name.Contains('/') ? Path.Combine(WorkingDirectory, name) : name;
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string arg in args) start.ArgumentList.Add(arg);
        foreach ((string key, string? value) in environment)
        {
            if (value == null) start.Environment.Remove(key);
            else start.Environment[key] = value;
        }
        Process process;
        lock (_processLock)
        {
            if (_cancelled) return Fail(error, $"{name}: not started, the test has timed out");
            try
            {
                process = Process.Start(start)!;
            }
            catch (Win32Exception)
            {
                WriteLine(error, $"{name}: command not found");
                return NotFound;
            }
            _process = process;
        }
        using (process)
        {
            var outputLock = new Lock();
            Task copyOutput = Copy(process.StandardOutput.BaseStream, output, outputLock);
            Task copyError = Copy(process.StandardError.BaseStream, error, outputLock);
            try
            {
                input.CopyTo(process.StandardInput.BaseStream);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading its input.
            }
            process.WaitForExit();
            Task.WaitAll(copyOutput, copyError);
            lock (_processLock) _process = null;
            return process.ExitCode;
        }
    }

    private static Task Copy(Stream from, Stream to, Lock writeLock) => Task.Run(() =>
    {
        var buffer = new byte[16384];
        int read;
        while ((read = from.Read(buffer)) > 0)
            lock (writeLock) to.Write(buffer, 0, read);
    });

    internal static void WriteLine(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text + "\n"));

    private static int Fail(Stream error, string message)
    {
        WriteLine(error, message);
        return 1;
    }
}
