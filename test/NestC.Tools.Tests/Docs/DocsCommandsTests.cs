using System.Text;
using System.Text.RegularExpressions;
using NestC.TestKit;
using NestC.Tools.FileCheck;
using NestC.Tools.Lit;
using Xunit;

namespace NestC.Tools.Tests.Docs;

/// <summary>
/// Runs every command of the documentation. One whose input files are in the checkout, or were written by a command above it in its block, must
/// succeed, and print the block of IR that stands below it. One about a reader's own file (`model.mlir`) runs on the first example: its options must exist.
/// </summary>
public sealed class DocsCommandsTests
{
    private const string Example = "docs/examples/first.mlir";
    private const int Usage = 2, Internal = 3;

    // Passes that a page teaches to write: the test of that page compiles and runs it.
    private static readonly string[] taught = ["--arith-shift-for-multiply", "arith-shift-for-multiply"];

    public static TheoryData<string, string, string> Commands()
    {
        TheoryData<string, string, string> data = [];
        foreach (string page in Pages())
        {
            // Pages of diagnostics show what is wrong; the tests of the catalogue look after them.
            if (page.StartsWith("docs/diagnostics/", StringComparison.Ordinal)) continue;
            string text = File.ReadAllText(Path.Combine(TestData.Checkout, page)).Replace("\r\n", "\n");
            foreach (Match block in Regex.Matches(text, @"^```sh\n(?<commands>.*?)^```\n(?:\n```mlir\n(?<output>.*?)^```)?", RegexOptions.Multiline | RegexOptions.Singleline))
            {
                string[] commands = block.Groups["commands"].Value.Replace("\\\n", " ").Split('\n', StringSplitOptions.RemoveEmptyEntries);
                List<string> tools = [];
                foreach (string command in commands)
                    if (IsTool(command)) tools.Add(command.Trim());
                if (tools.Count > 0) data.Add(page, string.Join('\n', tools), commands.Length == 1 ? block.Groups["output"].Value : "");
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Runs(string page, string commands, string output)
    {
        using TemporaryFolder folder = new();
        foreach (string command in commands.Split('\n')) RunCommand(page, command, output, folder);
    }

    private static void RunCommand(string page, string command, string output, TemporaryFolder folder)
    {
        bool ownInput = false;
        byte[] piped = [];
        string errors = "";
        int exit = 0;
        foreach (string part in SplitAt(command, '|'))
        {
            List<string> words = Words(part);
            if (words.Exists(w => Array.Exists(taught, t => w.Contains(t, StringComparison.Ordinal)))) return;
            (string tool, string[] arguments) = Tool(words);
            bool rewrites = Array.IndexOf(arguments, "--update") >= 0;
            for (int i = 0; i < arguments.Length; i++)
                arguments[i] = Place(arguments[i], i > 0 && Array.IndexOf(s_outputs, arguments[i - 1]) >= 0, rewrites, folder, ref ownInput);
            using MemoryStream input = new(piped), result = new(), error = new();
            exit = Run(tool, arguments, input, result, error, folder.Path);
            piped = result.ToArray();
            errors += Encoding.UTF8.GetString(error.ToArray());
        }
        Assert.True(exit is not (Usage or Internal), $"{page}: {command}\nexit code {exit}\n{errors}");
        if (!ownInput) Assert.True(exit == 0, $"{page}: {command}\nexit code {exit}\n{errors}");
        if (output.Length > 0 && !ownInput) Assert.Equal(output, Encoding.UTF8.GetString(piped));
    }

    // Options whose value is a file that is written.
    private static readonly string[] s_outputs = ["-o", "--report", "--profile", "--output", "--placement-json", "--trace", "--manifest", "--quantization-report"];

    [Fact]
    public void TheReadmeShowsACommandAndItsOutput() =>
        Assert.Contains(Commands(), row => (string)row[0] == "README.md" && ((string)row[1]).Contains(Example) && ((string)row[2]).Contains("func.func"));

    [Fact]
    public void PathsOfCommandsExist()
    {
        List<string> missing = [];
        foreach (string page in Pages())
            foreach (Match m in Regex.Matches(File.ReadAllText(Path.Combine(TestData.Checkout, page)), @"dotnet (?:run --project|build|test|publish) (?<path>[a-zA-Z][\w./-]*)"))
                if (!Path.Exists(Path.Combine(TestData.Checkout, m.Groups["path"].Value))) missing.Add($"{page}: {m.Value}");
        Assert.Empty(missing);
    }

    [Fact]
    public void LinksLeadSomewhere()
    {
        List<string> broken = [];
        foreach (string page in Pages())
        {
            string folder = Path.GetDirectoryName(Path.Combine(TestData.Checkout, page))!;
            string prose = Regex.Replace(File.ReadAllText(Path.Combine(TestData.Checkout, page)), @"^```.*?^```|`[^`\n]*`", "", RegexOptions.Multiline | RegexOptions.Singleline);
            foreach (Match m in Regex.Matches(prose, @"\]\((?<to>[^)#\s]+)(#[^)]*)?\)"))
            {
                string to = m.Groups["to"].Value;
                if (!to.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, to))) broken.Add($"{page}: {to}");
            }
        }
        Assert.Empty(broken);
    }

    private static List<string> Pages()
    {
        List<string> pages = ["README.md"];
        foreach (string folder in new[] { "docs", "dialects", "compiler", "passes", "tools" })
            foreach (string path in Directory.EnumerateFiles(Path.Combine(TestData.Checkout, folder), "*.md", SearchOption.AllDirectories))
                if (!path.Replace('\\', '/').Contains("/bin/", StringComparison.Ordinal)) pages.Add(Path.GetRelativePath(TestData.Checkout, path).Replace('\\', '/'));
        pages.Sort(StringComparer.Ordinal);
        return pages;
    }

    private static bool IsTool(string command) =>
        command.StartsWith("nest-", StringComparison.Ordinal) || command.StartsWith("FileCheck ", StringComparison.Ordinal)
        || command.StartsWith("dotnet run --project tools/", StringComparison.Ordinal);

    // `dotnet run --project tools/nest-opt -c Release -- ARGUMENTS` is nest-opt ARGUMENTS.
    private static (string Tool, string[] Arguments) Tool(List<string> words)
    {
        if (words[0] != "dotnet") return (words[0], words[1..].ToArray());
        int dashes = words.IndexOf("--");
        return (Path.GetFileName(words[3].TrimEnd('/')), dashes < 0 ? [] : words[(dashes + 1)..].ToArray());
    }

    private static int Run(string tool, string[] arguments, Stream input, Stream output, Stream error, string folder) => tool switch
    {
        "nest-opt" => new OptTool(Registry.RegisterDialects).Run(arguments, input, output, error),
        "nest-reduce" => new ReduceTool(Registry.RegisterDialects).Run(arguments, input, output, error),
        _ when ToolRegistry.CreateDefault().Find(tool) is { } entry => entry(arguments, input, output, error, folder),
        _ => throw new InvalidOperationException($"the documentation uses {tool}, which this test does not know"),
    };

    // Files of the checkout by full path (copies of those that the command rewrites), files of commands above; a reader's own inputs are copies of the example,
    // and outputs go to a scratch folder.
    private static string Place(string argument, bool isOutput, bool rewrites, TemporaryFolder folder, ref bool ownInput)
    {
        int equals = argument.StartsWith("--", StringComparison.Ordinal) ? argument.LastIndexOf('=') : -1;
        string option = argument[..(equals + 1)], path = argument[(equals + 1)..];
        if (equals < 0 && argument.StartsWith('-')) return argument;
        if (isOutput) return Path.Combine(folder.Path, argument);
        if (!Regex.IsMatch(path, @"^[\w./-]+\.(mlir|json|txt|test|html|onnx|npz|vta)$|^[\w-]+(/[\w.-]+)+$")) return argument;
        string here = Path.Combine(TestData.Checkout, path), scratch = Path.Combine(folder.Path, path);
        if (equals >= 0 && !Path.Exists(here)) return option + scratch;
        if (Path.Exists(here)) return option + (rewrites && File.Exists(here) ? folder.Write(path, File.ReadAllText(here)) : here);
        if (File.Exists(scratch)) return scratch;
        ownInput = true;
        return folder.Write(path, File.ReadAllText(Path.Combine(TestData.Checkout, Example)));
    }

    private static List<string> SplitAt(string text, char separator)
    {
        List<string> parts = [];
        StringBuilder part = new();
        char quote = '\0';
        foreach (char c in text)
        {
            if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '\'' or '"') quote = c;
            if (c == separator && quote == '\0')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else part.Append(c);
        }
        parts.Add(part.ToString());
        return parts;
    }

    private static List<string> Words(string command)
    {
        List<string> words = [];
        foreach (string word in SplitAt(command, ' '))
        {
            if (word.StartsWith('#')) break;
            if (word.Length > 0) words.Add(word.Replace("'", "").Replace("\"", ""));
        }
        return words;
    }
}
