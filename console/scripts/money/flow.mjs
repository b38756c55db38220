// Which expressions of a program hold an amount of money, or a text made of one. The types of the API say where amounts come in; from
// there they are followed through variables, parameters, properties and results until nothing new is found.
import ts from 'typescript';
import { carriesText, isSource } from './sources.mjs';

/** Gives a function that tells whether an expression in one of `files` holds an amount. */
export function amountsIn(program, files) {
  const flow = new Flow(program.getTypeChecker(), files);
  let known = -1;
  while (flow.known !== known) {
    known = flow.known;
    for (const file of files) flow.follow(file);
  }
  return (expression) => flow.holds(expression);
}

/** Texts put together, or one of them. */
const CHOOSES = new Set([ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.CommaToken, ts.SyntaxKind.PlusToken]);

class Flow {
  /** Declarations of variables, parameters and properties that hold amounts. */
  #holding = new Set();
  /** Functions that give amounts. */
  #giving = new Set();

  constructor(checker, files) {
    this.checker = checker;
    this.files = new Set(files);
  }

  get known() {
    return this.#holding.size + this.#giving.size;
  }

  holds(expression) {
    const node = ts.skipOuterExpressions(expression);
    if (!carriesText(this.checker, this.checker.getTypeAtLocation(node))) return false;
    if (ts.isIdentifier(node)) return this.#isHolding(this.checker.getSymbolAtLocation(node));
    if (ts.isPropertyAccessExpression(node)) return this.#isHolding(this.checker.getSymbolAtLocation(node.name));
    if (ts.isElementAccessExpression(node)) return this.#isHolding(this.#named(node)) || this.holds(node.expression);
    if (ts.isConditionalExpression(node)) return this.holds(node.whenTrue) || this.holds(node.whenFalse);
    if (ts.isBinaryExpression(node)) return CHOOSES.has(node.operatorToken.kind) && (this.holds(node.left) || this.holds(node.right));
    if (ts.isTemplateExpression(node)) return node.templateSpans.some((span) => this.holds(span.expression));
    if (ts.isArrayLiteralExpression(node)) return node.elements.some((element) => this.holds(ts.isSpreadElement(element) ? element.expression : element));
    if (ts.isAwaitExpression(node)) return this.holds(node.expression);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return this.#isGiven(node);
    return false;
  }

  /** Looks once at everything below `node` for where amounts go. */
  follow(node) {
    if (ts.isVariableDeclaration(node) || ts.isParameter(node)) this.#followName(node);
    else if (ts.isBindingElement(node)) this.#followPart(node);
    else if (ts.isForOfStatement(node)) this.#followEach(node);
    else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) this.#followAssignment(node);
    else if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) this.#followProperty(node);
    else if (ts.isJsxAttribute(node)) this.#followAttribute(node);
    else if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.#followArguments(node);
    else if (ts.isReturnStatement(node)) this.#followResult(ts.findAncestor(node, ts.isFunctionLike), node.expression);
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) this.#followResult(node, node.body);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) this.#followExpected(node);
    ts.forEachChild(node, (child) => this.follow(child));
  }

  #isHolding(symbol) {
    return this.#declarations(symbol).some((declaration) => this.#holding.has(declaration) || isSource(declaration));
  }

  #declarations(symbol) {
    const meant = symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
    return meant?.declarations ?? [];
  }

  /** Only what is our own: that some text once went through a library says nothing of the rest that does. */
  #mark(declarations, among = this.#holding) {
    for (const declaration of declarations) if (this.files.has(declaration.getSourceFile())) among.add(declaration);
  }

  #markSymbol(symbol) {
    this.#mark(this.#declarations(symbol).filter((declaration) => !ts.isFunctionLike(declaration)));
  }

  #markText(declaration) {
    if (carriesText(this.checker, this.checker.getTypeAtLocation(declaration))) this.#mark([declaration]);
  }

  #named({ expression, argumentExpression }) {
    return ts.isStringLiteralLike(argumentExpression) ? this.checker.getPropertyOfType(this.checker.getTypeAtLocation(expression), argumentExpression.text) : undefined;
  }

  /** Our own functions are known by what they return; of a library's, what goes in may come out. */
  #isGiven(call) {
    const declaration = this.checker.getResolvedSignature(call)?.declaration;
    if (declaration && this.#giving.has(declaration)) return true;
    if (declaration && this.files.has(declaration.getSourceFile())) return false;
    return this.#goesIn(call) || (call.arguments ?? []).some((argument) => ts.isFunctionLike(argument) && this.#giving.has(argument));
  }

  #goesIn(call) {
    const of = ts.isPropertyAccessExpression(call.expression) && this.holds(call.expression.expression);
    return of || (call.arguments ?? []).some((argument) => this.holds(ts.isSpreadElement(argument) ? argument.expression : argument));
  }

  #followName(declaration) {
    if (declaration.initializer && this.holds(declaration.initializer)) this.#mark([declaration]);
  }

  /** `{ amount }` has it by its name, `[first]` because the whole holds amounts. */
  #followPart(element) {
    const pattern = element.parent;
    if (element.initializer && this.holds(element.initializer)) this.#mark([element]);
    if (ts.isArrayBindingPattern(pattern)) {
      if (this.#holding.has(pattern.parent)) this.#markText(element);
      return;
    }
    const name = element.propertyName ?? element.name;
    if (!ts.isIdentifier(name) && !ts.isStringLiteralLike(name)) return;
    if (this.#isHolding(this.checker.getPropertyOfType(this.checker.getTypeAtLocation(pattern), name.text))) this.#mark([element]);
  }

  #followEach({ initializer, expression }) {
    if (ts.isVariableDeclarationList(initializer) && this.holds(expression)) initializer.declarations.forEach((declaration) => this.#markText(declaration));
  }

  #followAssignment({ left, right }) {
    if (!this.holds(right)) return;
    if (ts.isIdentifier(left)) this.#markSymbol(this.checker.getSymbolAtLocation(left));
    if (ts.isPropertyAccessExpression(left)) this.#markSymbol(this.checker.getSymbolAtLocation(left.name));
  }

  #followProperty(property) {
    const isHeld = ts.isPropertyAssignment(property) ? this.holds(property.initializer) : this.#isHolding(this.checker.getShorthandAssignmentValueSymbol(property));
    if (isHeld) this.#markNamed(property, property.parent);
  }

  #followAttribute(attribute) {
    const given = attribute.initializer && ts.isJsxExpression(attribute.initializer) ? attribute.initializer.expression : undefined;
    if (given && this.holds(given)) this.#markNamed(attribute, attribute.parent);
  }

  /** The property as it is written, and as the place expects it. */
  #markNamed(property, whole) {
    this.#mark([property]);
    const expected = this.checker.getContextualType(whole);
    if (expected) this.#markSymbol(this.checker.getPropertyOfType(expected, property.name.getText()));
  }

  #followArguments(call) {
    const declaration = this.checker.getResolvedSignature(call)?.declaration;
    if (!declaration || ts.isJSDocSignature(declaration)) return;
    const given = call.arguments ?? [];
    if (!this.files.has(declaration.getSourceFile())) {
      if (this.#goesIn(call)) given.filter(ts.isFunctionLike).forEach((each) => each.parameters.forEach((parameter) => this.#markText(parameter)));
      return;
    }
    given.forEach((argument, place) => {
      const parameter = declaration.parameters[place] ?? declaration.parameters.findLast((each) => each.dotDotDotToken);
      if (parameter && this.holds(ts.isSpreadElement(argument) ? argument.expression : argument)) this.#mark([parameter]);
    });
  }

  #followResult(gives, expression) {
    if (gives && expression && this.holds(expression)) this.#mark([gives, ...this.#expected(gives)], this.#giving);
  }

  /** A function that stands where one is expected gets what the expected one gets. */
  #followExpected(given) {
    for (const expected of this.#expected(given)) {
      given.parameters.forEach((parameter, place) => {
        if (expected.parameters[place] && this.#holding.has(expected.parameters[place])) this.#mark([parameter]);
      });
    }
  }

  #expected(given) {
    if (!ts.isArrowFunction(given) && !ts.isFunctionExpression(given)) return [];
    const type = this.checker.getContextualType(given);
    const signatures = type ? this.checker.getSignaturesOfType(this.checker.getNonNullableType(type), ts.SignatureKind.Call) : [];
    return signatures.flatMap(({ declaration }) => (declaration && !ts.isJSDocSignature(declaration) ? [declaration] : []));
  }
}
