using System.Runtime.CompilerServices;
using System.Text;
using Antlr4.Runtime;
using Antlr4.Runtime.Atn;
using Antlr4.Runtime.Misc;
using Antlr4.Runtime.Tree;

namespace NestC.Grammar.Tests;

/// <summary>Says whether the grammar in <c>grammar/</c> takes a text, and if not, where it stops.</summary>
public static class GrammarOracle
{
    // Deep enough for about 100,000 nested regions; memory is used only as far as the parser goes down.
    private const int DeepStackBytes = 512 << 20;

    /// <summary>Parses <paramref name="text"/> as UTF-8; see the other overload.</summary>
    public static bool Accepts(string text, out int line, out int col, out string message) =>
        Accepts(Encoding.UTF8.GetBytes(text), out line, out col, out message);

    /// <summary>Parses a whole file; on rejection, gives the line and column (from 1, in bytes) of the first token that does not fit.</summary>
    public static bool Accepts(byte[] text, out int line, out int col, out string message)
    {
        line = col = 0;
        message = "";
        // One char a byte: the lexer's columns then count bytes, and a string may hold bytes that are not UTF-8.
        var chars = new char[text.Length];
        for (int i = 0; i < chars.Length; i++) chars[i] = (char)text[i];
        try
        {
            if (AcceptsFast(chars)) return true;
        }
        catch (InsufficientExecutionStackException)
        {
            // The thread below has more of it.
        }

        SyntaxError? error = null;
        var thread = new Thread(() => error = FirstError(chars), DeepStackBytes);
        thread.Start();
        thread.Join();
        if (error is null) return true;
        (line, col, message) = (error.Line, error.Column, error.Message);
        return false;
    }

    // SLL prediction decides nearly every text and is several times faster; what it rejects is parsed again with full LL.
    private static bool AcceptsFast(char[] chars)
    {
        MlirGeneric parser = Parser(chars, PredictionMode.SLL);
        parser.ErrorHandler = new BailErrorStrategy();
        try
        {
            parser.toplevel();
            return true;
        }
        catch (ParseCanceledException)
        {
            return false;
        }
    }

    private static SyntaxError? FirstError(char[] chars)
    {
        MlirGeneric parser = Parser(chars, PredictionMode.LL);
        parser.AddErrorListener(new ThrowFirst());
        try
        {
            parser.toplevel();
            return null;
        }
        catch (SyntaxError e)
        {
            return e;
        }
        catch (InsufficientExecutionStackException)
        {
            return new SyntaxError(parser.CurrentToken.Line, parser.CurrentToken.Column + 1, "nested too deeply");
        }
    }

    private static MlirGeneric Parser(char[] chars, PredictionMode mode)
    {
        // The lexer needs no listener: every byte fits some token.
        var lexer = new MlirGenericLexer(new AntlrInputStream(chars, chars.Length));
        lexer.RemoveErrorListeners();
        var parser = new MlirGeneric(new CommonTokenStream(lexer)) { BuildParseTree = false };
        parser.RemoveErrorListeners();
        parser.Interpreter.PredictionMode = mode;
        parser.AddParseListener(StackGuard.Instance);
        return parser;
    }

    private sealed class SyntaxError(int line, int column, string message) : Exception(message)
    {
        public int Line => line;

        public int Column => column;
    }

    private sealed class ThrowFirst : BaseErrorListener
    {
        public override void SyntaxError(
            TextWriter output, IRecognizer recognizer, IToken offendingSymbol, int line, int charPositionInLine, string msg, RecognitionException e) =>
            throw new SyntaxError(line, charPositionInLine + 1, msg);
    }

    private sealed class StackGuard : IParseTreeListener
    {
        public static readonly StackGuard Instance = new();

        public void EnterEveryRule(ParserRuleContext ctx) => RuntimeHelpers.EnsureSufficientExecutionStack();

        public void ExitEveryRule(ParserRuleContext ctx)
        {
        }

        public void VisitErrorNode(IErrorNode node)
        {
        }

        public void VisitTerminal(ITerminalNode node)
        {
        }
    }
}
