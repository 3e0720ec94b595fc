using System.Collections;
using System.Text;

namespace NestC.Tools.Lit;

/// <summary>The small commands that RUN lines use, so that no process has to start for them.</summary>
internal static class ShellBuiltins
{
    /// <summary>The builtin of a name, or null.</summary>
    public static ToolEntry? Find(string name) => name switch
    {
        "echo" => Echo,
        "cat" => Cat,
        "true" or ":" => static (_, _, _, _, _) => 0,
        "false" => static (_, _, _, _, _) => 1,
        "mkdir" => MakeFolders,
        "rm" => Remove,
        "cp" => CopyFiles,
        "touch" => Touch,
        "count" => Count,
        "diff" => ShellDiff.Run,
        "split-file" => SplitFile,
        _ => null,
    };

    public static int PrintEnvironment(Dictionary<string, string?> overlay, Stream output)
    {
        var all = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables()) all[(string)entry.Key] = (string?)entry.Value;
        foreach ((string key, string? value) in overlay) all[key] = value;
        foreach ((string key, string? value) in all)
            if (value != null) Shell.WriteLine(output, $"{key}={value}");
        return 0;
    }

    private static int Fail(Stream error, string message)
    {
        Shell.WriteLine(error, message);
        return 1;
    }

    private static int Echo(string[] args, Stream input, Stream output, Stream error, string folder)
    {
        int first = 0;
        bool newline = true, escapes = false;
        for (; first < args.Length && args[first] is "-n" or "-e" or "-ne" or "-en"; first++)
        {
            newline &= !args[first].Contains('n');
            escapes |= args[first].Contains('e');
        }
        string text = string.Join(' ', args, first, args.Length - first);
        if (escapes) text = Unescape(text);
        output.Write(Encoding.UTF8.GetBytes(newline ? text + "\n" : text));
        return 0;
    }

    private static string Unescape(string text)
    {
        var result = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }
            char c = text[++i];
            result.Append(c switch { 'n' => "\n", 't' => "\t", 'r' => "\r", '\\' => "\\", _ => "\\" + c });
        }
        return result.ToString();
    }

    private static int Cat(string[] args, Stream input, Stream output, Stream error, string folder)
    {
        if (args.Length == 0) args = ["-"];
        foreach (string arg in args)
        {
            if (arg == "-")
            {
                input.CopyTo(output);
                continue;
            }
            string path = Path.Combine(folder, arg);
            if (!File.Exists(path)) return Fail(error, $"cat: {arg}: No such file or directory");
            using FileStream file = File.OpenRead(path);
            file.CopyTo(output);
        }
        return 0;
    }

    private static int MakeFolders(string[] args, Stream input, Stream output, Stream error, string folder)
    {
        bool parents = Array.IndexOf(args, "-p") >= 0;
        foreach (string arg in args)
        {
            if (arg == "-p") continue;
            string path = Path.Combine(folder, arg);
            if (!parents && Path.Exists(path)) return Fail(error, $"mkdir: cannot create directory '{arg}': File exists");
            if (!parents && !Directory.Exists(Path.GetDirectoryName(path))) return Fail(error, $"mkdir: cannot create directory '{arg}': No such file or directory");
            Directory.CreateDirectory(path);
        }
        return 0;
    }

    private static int Remove(string[] args, Stream input, Stream output, Stream error, string folder)
    {
        bool force = false, recursive = false;
        foreach (string arg in args)
        {
            if (arg.StartsWith('-'))
            {
                force |= arg.Contains('f');
                recursive |= arg.Contains('r') || arg.Contains('R');
                continue;
            }
            string path = Path.Combine(folder, arg);
            if (Directory.Exists(path))
            {
                if (!recursive) return Fail(error, $"rm: cannot remove '{arg}': Is a directory");
                Directory.Delete(path, recursive: true);
            }
            else if (File.Exists(path)) File.Delete(path);
            else if (!force) return Fail(error, $"rm: cannot remove '{arg}': No such file or directory");
        }
        return 0;
    }

    private static int CopyFiles(string[] args, Stream input, Stream output, Stream error, string folder)
    {
        var paths = new List<string>();
        bool recursive = false;
        foreach (string arg in args)
        {
            if (arg.StartsWith('-') && arg.Length > 1) recursive |= arg.Contains('r') || arg.Contains('R') || arg.Contains('a');
            else paths.Add(Path.Combine(folder, arg));
        }
        if (paths.Count < 2) return Fail(error, "cp: a source and a destination are needed");
        string target = paths[^1];
        for (int i = 0; i + 1 < paths.Count; i++)
        {
            string to = Directory.Exists(target) ? Path.Combine(target, Path.GetFileName(paths[i].TrimEnd('/'))) : target;
            if (File.Exists(paths[i])) File.Copy(paths[i], to, overwrite: true);
            else if (Directory.Exists(paths[i]) && recursive) CopyTree(paths[i], to);
            else return Fail(error, $"cp: cannot copy '{args[i]}'");
        }
        return 0;
    }

    private static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        foreach (string child in Directory.GetDirectories(from)) CopyTree(child, Path.Combine(to, Path.GetFileName(child)));
    }

    private static int Touch(string[] args, Stream input, Stream output, Stream error, string folder)
    {
        foreach (string arg in args)
            using (new FileStream(Path.Combine(folder, arg), FileMode.OpenOrCreate)) { }
        return 0;
    }

    private static int Count(string[] args, Stream input, Stream output, Stream error, string folder)
    {
        if (args.Length != 1 || !long.TryParse(args[0], out long expected)) return Fail(error, "count: one number is needed");
        using var memory = new MemoryStream();
        input.CopyTo(memory);
        ReadOnlySpan<byte> bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        long lines = bytes.Count((byte)'\n') + (bytes.Length > 0 && bytes[^1] != '\n' ? 1 : 0);
        return lines == expected ? 0 : Fail(error, $"Expected {expected} lines, got {lines}.");
    }

    /// <summary>Splits a file at lines such as `//--- name` into files of a folder.</summary>
    private static int SplitFile(string[] args, Stream input, Stream output, Stream error, string folder)
    {
        bool leading = false;
        var paths = new List<string>();
        foreach (string arg in args)
        {
            if (arg.StartsWith("--", StringComparison.Ordinal)) leading = arg == "--leading-lines";
            else paths.Add(Path.Combine(folder, arg));
        }
        if (paths.Count != 2 || !File.Exists(paths[0])) return Fail(error, "split-file: an existing file and a folder are needed");
        string[] lines = Encoding.Latin1.GetString(File.ReadAllBytes(paths[0])).Split('\n');
        var parts = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        StringBuilder? part = null;
        for (int i = 0; i < lines.Length; i++)
        {
            string? name = PartName(lines[i]);
            if (name != null)
            {
                part = new StringBuilder();
                if (leading) part.Append('\n', i + 1);
                if (!parts.TryAdd(name, part)) return Fail(error, $"split-file: the part '{name}' stands twice");
            }
            else if (part != null && (i + 1 < lines.Length || lines[i].Length > 0))
                part.Append(lines[i]).Append(i + 1 < lines.Length ? "\n" : "");
        }
        if (parts.Count == 0) return Fail(error, "split-file: no part separator was found");
        if (Directory.Exists(paths[1])) Directory.Delete(paths[1], recursive: true);
        else if (File.Exists(paths[1])) File.Delete(paths[1]);
        foreach ((string name, StringBuilder text) in parts)
        {
            string path = Path.Combine(paths[1], name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Encoding.Latin1.GetBytes(text.ToString()));
        }
        return 0;
    }

    private static string? PartName(string line)
    {
        int at = line.StartsWith("//--- ", StringComparison.Ordinal) ? 6 : line.Length > 5 && string.CompareOrdinal(line, 1, "--- ", 0, 4) == 0 ? 5 : -1;
        string name = at < 0 ? "" : line[at..].Trim();
        return name.Length > 0 ? name : null;
    }
}
