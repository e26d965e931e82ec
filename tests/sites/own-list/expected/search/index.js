chancerySearch.deliver("index","19eb0fda1e",{"firsts":[""]});
