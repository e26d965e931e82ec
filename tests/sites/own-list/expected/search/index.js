chancerySearch.deliver("index","6e1fcd0cfb",{"firsts":[""]});
