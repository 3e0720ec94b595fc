using System.Runtime.CompilerServices;
using System.Text;

namespace NestC.Tools.Tests.FileCheck;

/// <summary>A pair of check file and input with the verdict of LLVM's FileCheck 19. In a file of cases each starts with `#### name => exit code | options`, then the check file, a line `----` and the input; `####\` turns on escapes and off line ends.</summary>
public sealed record FileCheckCase(string Name, int ExitCode, string[] Options, byte[] Check, byte[] Input)
{
    /// <summary>The folder of the case files.</summary>
    public static string Folder => Path.Combine(Path.GetDirectoryName(ThisFile())!, "cases");

    private static string ThisFile([CallerFilePath] string path = "") => path;

    /// <summary>All cases, by name of file and case.</summary>
    public static SortedDictionary<string, FileCheckCase> LoadAll()
    {
        var cases = new SortedDictionary<string, FileCheckCase>(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(Folder, "*.cases"))
        {
            string text = "\n" + File.ReadAllText(file);
            string[] parts = text.Split("\n####");
            for (int i = 1; i < parts.Length; i++)
            {
                FileCheckCase parsed = Parse(parts[i] + (i + 1 < parts.Length ? "\n" : ""), Path.GetFileNameWithoutExtension(file));
                cases.Add(parsed.Name, parsed);
            }
        }
        return cases;
    }

    private static FileCheckCase Parse(string text, string file)
    {
        int line = text.IndexOf('\n');
        string head = text[..line], body = text[(line + 1)..];
        bool escaped = head.StartsWith('\\');
        string[] sides = head.TrimStart('\\').Split(" | ", 2);
        string[] name = sides[0].Trim().Split(" => ");
        int split = body.IndexOf("----\n", StringComparison.Ordinal);
        string check = body[..split], input = body[(split + 5)..];
        return new FileCheckCase($"{file}/{name[0]}", int.Parse(name[1]), sides.Length > 1 ? sides[1].Split(' ') : [],
            escaped ? Unescape(check) : Encoding.UTF8.GetBytes(check), escaped ? Unescape(input) : Encoding.UTF8.GetBytes(input));
    }

    private static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n') continue;
            if (text[i] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
                continue;
            }
            char c = text[++i];
            if (c == 'x')
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else bytes.Add((byte)(c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => c }));
        }
        return bytes.ToArray();
    }
}
